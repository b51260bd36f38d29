import type { IncidentDraft, System } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Actor } from '../actor.js';
import { readGraph } from '../catalog/dependency-rows.js';
import { Systems } from '../catalog/systems.service.js';
import { stateNow } from '../results/slice-rows.js';
import { placeInEnvironment, placeJoins } from '../satellites/slice-places.js';
import { draftOf, type FailingCheck, type Involved } from './draft.js';
import { listIncidents } from './incident-rows.js';
import { audiencesOf } from './update-rows.js';

/** More than anybody reads in a description. */
const shownChecks = 30;
const shownIncidents = 20;

/** One click from a failing system to what an incident says of it. */
@Injectable()
export class Drafts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly systems: Systems,
  ) {}

  async of(systemId: string, actor: Actor): Promise<IncidentDraft> {
    const system = await this.systems.read(systemId);
    const query = { limit: shownIncidents, systemId, open: 'true' as const };
    const [checks, related, { items }] = await Promise.all([
      this.failingChecks(systemId),
      this.involved(system),
      listIncidents(this.dataSource, query, audiencesOf(actor)),
    ]);
    const itself: Involved = { system: { id: system.id, name: system.name }, state: system.state, relation: 'itself' };
    return { ...draftOf([itself, ...related], checks), open: items };
  }

  private async failingChecks(systemId: string): Promise<FailingCheck[]> {
    const rows = await this.dataSource.query<
      { name: string; state: number; since: Date | null; reason: string | null; places: string[] }[]
    >(
      `SELECT c.name, a.state, a.state_since AS since, a.state_reason AS reason,
         array(SELECT DISTINCT ${placeInEnvironment} FROM slices s ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
           WHERE s.assignment_id = a.id AND s.retired_at IS NULL AND s.state IN (1, 2) ORDER BY 1) AS places
       FROM assignments a JOIN checks c ON c.id = a.check_id
       WHERE a.system_id = $1 AND a.enabled AND NOT c.paused AND a.state IN (1, 2)
       ORDER BY a.state DESC, a.state_since, lower(c.name) LIMIT ${shownChecks}`,
      [systemId],
    );
    return rows.map(({ name, state, since, reason, places }) => ({
      name,
      state: stateNow(state, since, reason),
      places,
    }));
  }

  /** Those that it inherits its trouble from, and those that inherit from it; with others between them, too. */
  private async involved({ id }: System): Promise<Involved[]> {
    const { systems, dependencies } = await readGraph(this.dataSource, id);
    const effective = dependencies.filter(({ effect }) => effect !== null);
    const reached = (from: 'upstream' | 'downstream', to: 'upstream' | 'downstream'): Set<string> => {
      const ids = new Set([id]);
      // What is added meanwhile is walked as well.
      for (const each of ids) for (const step of effective) if (step[from].id === each) ids.add(step[to].id);
      ids.delete(id);
      return ids;
    };
    const inheritors = reached('upstream', 'downstream');
    const causes = reached('downstream', 'upstream');
    return systems.flatMap(({ id, name, state }): Involved[] => {
      const relation = inheritors.has(id) ? 'inherits' : causes.has(id) ? 'cause' : null;
      return relation === null ? [] : [{ system: { id, name }, state, relation }];
    });
  }
}
