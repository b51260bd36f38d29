import type { Quiet } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { flappingSystems } from '../../health/flapping-systems.js';
import { Incidents } from '../../incidents/incidents.service.js';
import { Maintenances } from '../../maintenance/maintenances.service.js';

/** Why new alerts of systems are kept quiet now. */
@Injectable()
export class Suppressions {
  constructor(
    private readonly incidents: Incidents,
    private readonly maintenances: Maintenances,
  ) {}

  /** `byPeople`: only by a maintenance or an incident. */
  async of(
    manager: EntityManager,
    systemIds: readonly string[],
    { byPeople = false } = {},
  ): Promise<Map<string, Quiet>> {
    const found = new Map<string, Quiet>();
    if (systemIds.length === 0) return found;
    const ids = [...systemIds];
    const flapping = byPeople ? [] : await flappingSystems(manager, ids);
    for (const id of flapping)
      found.set(id, {
        kind: 'flapping',
        id: null,
        text: 'Kept quiet because its checks keep changing between well and ill.',
      });
    for (const [systemId, { id, title }] of await this.incidents.suppressing(manager, ids))
      found.set(systemId, { kind: 'incident', id, text: `Kept quiet because the incident “${title}” is open.` });
    for (const [systemId, { id, title, suppress }] of await this.maintenances.inProgress(manager, ids))
      if (suppress)
        found.set(systemId, {
          kind: 'maintenance',
          id,
          text: `Kept quiet because the maintenance “${title}” is in progress.`,
        });
    return found;
  }
}
