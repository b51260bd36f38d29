import type { Incident, IncidentReport, IncidentSummary, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit } from '../edits/rows.js';
import { Outbox } from '../outbox/outbox.service.js';
import { invalidField } from '../problems.js';
import { actorName, eventOf, shown } from './incident.js';
import { about, IncidentEdits, momentOf, type Fields, type Input } from './incident-edits.js';
import { lockIncidents, relatePairs } from './incident-parts.js';
import { listIncidents, readIncidents } from './incident-rows.js';
import { IncidentEntity } from './incident.entity.js';
import { readReport } from './report.js';
import { audiencesOf } from './update-rows.js';

/** What people know of outages and do about them. No incident opens itself. */
@Injectable()
export class Incidents {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly outbox: Outbox,
    private readonly incidentEdits: IncidentEdits,
  ) {}

  list(
    query: RouteInput<typeof routes.incidents.list>['query'],
    actor: Actor,
  ): Promise<{ items: IncidentSummary[]; next: string | null }> {
    return listIncidents(this.dataSource, query, audiencesOf(actor));
  }

  report(query: RouteInput<typeof routes.incidents.report>['query']): Promise<IncidentReport> {
    return readReport(this.dataSource, query);
  }

  read(id: string): Promise<Incident> {
    return this.incidentEdits.read(this.dataSource.manager, id);
  }

  /** The open incident that keeps the alerts of each of these systems quiet; of several the one opened first. */
  async suppressing(
    manager: EntityManager,
    systemIds: readonly string[],
  ): Promise<Map<string, { id: string; title: string }>> {
    const rows = await manager.query<{ systemId: string; id: string; title: string }[]>(
      `SELECT DISTINCT ON (a.system_id) a.system_id AS "systemId", i.id, i.title
       FROM incident_systems a JOIN incidents i ON i.id = a.incident_id
       WHERE a.system_id = ANY($1) AND i.resolved_at IS NULL AND i.suppress_notifications
       ORDER BY a.system_id, i.opened_at, i.id`,
      [systemIds],
    );
    return new Map(rows.map(({ systemId, ...incident }) => [systemId, incident]));
  }

  create(given: Fields, actor: Actor): Promise<Incident> {
    return this.edits.run((manager) => this.incidentEdits.open(manager, given, actor));
  }

  update(id: string, input: Input, actor: Actor, version?: number): Promise<Incident> {
    return this.edits.run(async (manager) => {
      if (input.relatedIds) await lockIncidents(manager, [id, ...input.relatedIds]);
      await lockForEdit(manager, IncidentEntity, id, version);
      return this.incidentEdits.change(manager, { id, input, actor });
    });
  }

  /** Several at once: all of them, or none. */
  change(
    { ids, status, severity, relate }: RouteInput<typeof routes.incidents.change>['body'],
    actor: Actor,
  ): Promise<IncidentSummary[]> {
    return this.edits.run(async (manager) => {
      const known = await lockIncidents(manager, ids);
      const missing = ids.findIndex((id) => !known.has(id));
      if (missing >= 0) throw invalidField(`ids.${missing}`, 'This incident does not exist any more.');
      const before = await readIncidents(manager, ids);
      if (relate) await relatePairs(manager, pairsOf([...known]));
      const at = await momentOf(manager);
      for (const incident of before) {
        const { id } = incident;
        if (relate) await this.incidentEdits.settle(manager, { before: incident, at, actor });
        if (status !== undefined || severity !== undefined)
          await this.incidentEdits.change(manager, { id, input: { status, severity }, actor });
      }
      const after = new Map((await readIncidents(manager, ids)).map((incident) => [incident.id, incident]));
      return ids.flatMap((id) => after.get(id) ?? []);
    });
  }

  /** The first to say so counts: nobody takes that from them. */
  acknowledge(id: string, actor: Actor): Promise<Incident> {
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, IncidentEntity, id, undefined);
      const before = await this.incidentEdits.read(manager, id);
      if (row.acknowledgedAt !== null || row.resolvedAt !== null) return before;
      const at = await momentOf(manager);
      const by = actorName(actor);
      await manager.update(IncidentEntity, id, { acknowledgedAt: at, acknowledgedBy: by, updatedAt: at });
      await this.incidentEdits.act(manager, { id, at, actor }, [{ kind: 'acknowledged' }]);
      await this.edits.record(manager, actor, {
        ...about(before),
        before: { acknowledgedBy: null },
        after: { acknowledgedBy: by.name },
      });
      const after = await this.incidentEdits.read(manager, id);
      await this.outbox.write(manager, [eventOf(after, 'acknowledged', by)]);
      return after;
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, IncidentEntity, id, version);
      const before = await this.incidentEdits.read(manager, id);
      await manager.delete(IncidentEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
      await this.outbox.write(manager, [eventOf(before, 'deleted', actorName(actor))]);
    });
  }
}

function pairsOf(ids: readonly string[]): [string, string][] {
  return ids.flatMap((one, index) => ids.slice(index + 1).map((other): [string, string] => [one, other]));
}
