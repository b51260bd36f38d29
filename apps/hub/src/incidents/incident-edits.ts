import type { Incident, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Users } from '../access/users.service.js';
import type { Actor } from '../actor.js';
import { Systems } from '../catalog/systems.service.js';
import { Notices } from '../cluster/notices.js';
import { Edits } from '../edits/edits.service.js';
import { merged } from '../edits/rows.js';
import { Outbox, type NewEvent } from '../outbox/outbox.service.js';
import { HubProblem, invalidField } from '../problems.js';
import { actorName, actsOf, eventOf, shown, whatOf, type Act } from './incident.js';
import { lockIncidents, writeRelated, writeResponders, writeSystems } from './incident-parts.js';
import { readIncidents } from './incident-rows.js';
import { IncidentEntity } from './incident.entity.js';

export type Fields = RouteInput<typeof routes.incidents.create>['body'];
export type Input = { [Key in keyof Fields]?: Fields[Key] | undefined };
type Parts = Pick<Input, 'systems' | 'responderIds' | 'relatedIds'>;

/** What every change of an incident writes: its rows, its timeline, the audit log, the outbox; in the caller's transaction. */
@Injectable()
export class IncidentEdits {
  constructor(
    private readonly edits: Edits,
    private readonly outbox: Outbox,
    private readonly notices: Notices,
    private readonly systems: Systems,
    private readonly users: Users,
  ) {}

  async read(manager: EntityManager, id: string): Promise<Incident> {
    const [incident] = await readIncidents(manager, [id]);
    if (incident === undefined) throw new HubProblem('not_found');
    return incident;
  }

  async open(manager: EntityManager, given: Fields, actor: Actor): Promise<Incident> {
    await this.refuseUnknown(manager, given);
    const at = await momentOf(manager);
    const { systems, responderIds, relatedIds, ...columns } = given;
    const { id } = await manager.save(IncidentEntity, {
      ...columns,
      openedBy: actorName(actor),
      openedAt: at,
      resolvedAt: given.status === 'resolved' ? at : null,
      updatedAt: at,
    });
    await this.writeParts(manager, id, { systems, responderIds, relatedIds });
    const after = await this.read(manager, id);
    await this.edits.record(manager, actor, { ...about(after), after: shown(after) });
    await this.act(manager, { id, at, actor }, [{ kind: 'opened' }]);
    await this.outbox.write(manager, [eventOf(after, 'opened', actorName(actor))]);
    return after;
  }

  /** Changes an incident that the caller has locked. `tell` makes other events of it than what others are told by itself. */
  async change(
    manager: EntityManager,
    { id, input, actor, at: given }: { id: string; input: Input; actor: Actor; at?: Date },
    tell?: (before: Incident, after: Incident) => NewEvent[],
  ): Promise<Incident> {
    const before = await this.read(manager, id);
    await this.refuseUnknown(manager, input, before);
    const at = given ?? (await momentOf(manager));
    const { systems, responderIds, relatedIds, ...columns } = input;
    await manager.update(IncidentEntity, id, { ...columnsOf(before, columns, at) });
    await this.writeParts(manager, id, { systems, responderIds, relatedIds });
    return this.settle(manager, { before, at, actor }, tell);
  }

  /** After the rows were written: what became of `before`. */
  async settle(
    manager: EntityManager,
    { before, at, actor }: { before: Incident; at: Date; actor: Actor },
    tell = (before: Incident, after: Incident): NewEvent[] => {
      const what = whatOf(before, after);
      return what ? [eventOf(after, what, actorName(actor))] : [];
    },
  ): Promise<Incident> {
    const { id } = before;
    const after = await this.read(manager, id);
    await this.outbox.write(manager, tell(before, after));
    const acts = actsOf(before, after);
    if (acts.length === 0) return after;
    await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) });
    await this.act(manager, { id, at, actor }, acts);
    await manager.update(IncidentEntity, id, { updatedAt: at, version: () => 'version + 1' });
    return { ...after, version: after.version + 1, updatedAt: at.toISOString() };
  }

  async act(
    manager: EntityManager,
    { id, at, actor }: { id: string; at: Date; actor: Actor },
    acts: readonly Act[],
  ): Promise<void> {
    for (const { kind, ...detail } of acts)
      await manager.query('INSERT INTO incident_acts (incident_id, at, kind, by, detail) VALUES ($1, $2, $3, $4, $5)', [
        id,
        at,
        kind,
        actorName(actor),
        detail,
      ]);
  }

  private async writeParts(manager: EntityManager, id: string, { systems, responderIds, relatedIds }: Parts) {
    if (systems) await writeSystems(manager, id, systems);
    if (responderIds) await writeResponders(manager, id, responderIds);
    if (!relatedIds) return;
    for (const other of await writeRelated(manager, id, relatedIds)) {
      // Whoever edits the other one has read relations that are not those any more.
      await manager.update(IncidentEntity, other.id, { version: () => 'version + 1' });
      await this.notices.publish('changed', { thing: 'incident', id: other.id }, manager);
    }
  }

  /** What stood there before may be gone by now. */
  private async refuseUnknown(manager: EntityManager, input: Input, before?: Incident): Promise<void> {
    const { leadId, responderIds = [], actionItems = [], systems = [], relatedIds = [] } = input;
    const people = [leadId, ...responderIds, ...actionItems.map(({ ownerId }) => ownerId)];
    const unknownPeople = new Set(
      await this.users.unknownOf(manager, [...new Set(people.filter((id) => !!id))] as string[]),
    );
    const isUnknown = (id: string | null | undefined): boolean => !!id && unknownPeople.has(id);
    if (isUnknown(leadId)) throw invalidField('leadId', noUser);
    refuseFirst('responderIds', responderIds, isUnknown, noUser);
    const owners = new Set(before?.actionItems.map(({ ownerId }) => ownerId));
    refuseFirst(
      'actionItems',
      actionItems,
      ({ ownerId }) => isUnknown(ownerId) && !owners.has(ownerId),
      noUser,
      '.ownerId',
    );

    const affected = new Set(before?.systems.map(({ system }) => system.id));
    const added = systems.flatMap(({ systemId }) => (affected.has(systemId) ? [] : [systemId]));
    const unknownSystems = new Set(await this.systems.unknownOf(manager, added));
    const isNoSystem = ({ systemId }: { systemId: string }): boolean => unknownSystems.has(systemId);
    refuseFirst('systems', systems, isNoSystem, 'There is no such system.', '.systemId');

    const known = await lockIncidents(manager, relatedIds);
    const isNoOther = (id: string): boolean => !known.has(id) || id === before?.id;
    refuseFirst('relatedIds', relatedIds, isNoOther, 'There is no such other incident.');
  }
}

const noUser = 'There is no such user.';

function refuseFirst<Item>(
  field: string,
  items: readonly Item[],
  isWrong: (item: Item) => boolean,
  message: string,
  below = '',
): void {
  const index = items.findIndex(isWrong);
  if (index >= 0) throw invalidField(`${field}.${index}${below}`, message);
}

function columnsOf(before: Incident, input: Omit<Input, keyof Parts>, at: Date): Partial<IncidentEntity> {
  const { leadId = before.lead?.id ?? null, ...rest } = input;
  const { title, description, status, severity, suppressNotifications, links, postMortem } = merged(before, {
    ...rest,
    actionItems: undefined,
  });
  return {
    title,
    description,
    status,
    severity,
    suppressNotifications,
    links,
    leadId,
    postMortem,
    ...(input.actionItems && { actionItems: input.actionItems }),
    resolvedAt: status !== 'resolved' ? null : before.resolvedAt === null ? at : new Date(before.resolvedAt),
  };
}

export function about({ id, title }: Incident): { thing: 'incident'; id: string; name: string } {
  return { thing: 'incident', id, name: title };
}

/** Now that all locks are held: what waited for another comes after it. In whole milliseconds, as pages go on from it. */
export async function momentOf(manager: EntityManager): Promise<Date> {
  const [{ now }] = await manager.query<[{ now: Date }]>(`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`);
  return now;
}
