import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import * as z from 'zod';
import { HubClock } from '../cluster/hub-clock.js';
import { readFlapping } from '../health/flapping-systems.js';
import type { OutboxEvent } from '../outbox/outbox.service.js';
import { AlertBook } from './alerts/alert-book.js';
import { readAlerted } from './alerts/alert-rows.js';
import { AlertStore } from './alerts/alert-store.js';
import { Suppressions } from './alerts/suppressions.js';
import { eventTelling } from './event-messages.js';
import { flappingTelling } from './flapping-messages.js';
import { Teller } from './teller.js';

/** Only one replica routes at a time: events of one subject stay in their order. */
const routingLock = 7_226_011;
const lockPatience = '4s';

const acknowledged = z.object({
  what: z.literal('acknowledged'),
  by: z.object({ name: z.string() }).nullish(),
  systems: z.array(z.object({ id: z.string() })),
});

/** What becomes of a batch of events, in one transaction: a crash in the middle loses and doubles nothing. */
@Injectable()
export class Routing {
  constructor(
    private readonly clock: HubClock,
    private readonly suppressions: Suppressions,
    private readonly store: AlertStore,
    private readonly teller: Teller,
  ) {}

  /** Whoever routes, or tells of alerts otherwise, does so alone. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query(`SET LOCAL lock_timeout = '${lockPatience}'`);
    await manager.query('SELECT pg_advisory_xact_lock($1)', [routingLock]);
  }

  /** So many, at most, of those that wait, the oldest first. Answers how many there were. */
  async routeNext(manager: EntityManager, most: number): Promise<number> {
    await this.lock(manager);
    const events = await claim(manager, most);
    if (events.length > 0) await this.route(manager, events);
    return events.length;
  }

  private async route(manager: EntityManager, events: readonly OutboxEvent[]): Promise<void> {
    const now = new Date(this.clock.now());
    const flaps = events.filter(({ type }) => type === 'flapping');
    const flapping = await readFlapping(
      manager,
      flaps.map(({ subjectId }) => subjectId),
    );
    const reviewed = events.some(({ type }) => mayEndQuiet.has(type)) ? await this.store.quiet(manager) : [];
    const turned = events.filter(isTurn).map(({ subjectId }) => subjectId);
    const owned = events.flatMap((event) => acknowledgedOf(event)?.systems.map(({ id }) => id) ?? []);
    const systems = await readAlerted(manager, [...new Set([...turned, ...owned, ...reviewed])]);
    const suppressed = await this.suppressions.of(manager, [...new Set([...turned, ...reviewed])]);

    const book = new AlertBook(systems, suppressed, now);
    for (const event of events) {
      const taken = acknowledgedOf(event);
      if (isTurn(event)) book.take(event);
      for (const { id } of taken?.systems ?? []) book.acknowledge(id, taken?.by?.name ?? 'Somebody', event.at);
      const telling = eventTelling(event);
      if (telling) book.tellings.push(telling);
    }
    for (const systemId of reviewed) book.review(systemId);
    if (flaps.length > 0) {
      const ids = flapping.map(({ systemId }) => systemId);
      const quiet = await this.suppressions.of(manager, ids, { byPeople: true });
      for (const slice of flapping) flappingTelling(book, slice, { quiet: quiet.get(slice.systemId) ?? null, now });
    }
    await this.store.write(manager, book);
    await this.teller.tell(manager, book.tellings, now);
    await this.store.escalate(manager, book, now);
  }
}

/** What keeps an alert quiet may end with these. */
const mayEndQuiet = new Set(['incident', 'maintenance', 'flapping']);

function isTurn({ type, subjectKind }: OutboxEvent): boolean {
  return subjectKind === 'system' && (type === 'state' || type === 'own-state');
}

function acknowledgedOf({ type, payload }: OutboxEvent): z.infer<typeof acknowledged> | undefined {
  return type === 'incident' ? acknowledged.safeParse(payload).data : undefined;
}

/** Unprocessed rows, never those after the last one: a transaction with an earlier id may commit later. */
async function claim(manager: EntityManager, most: number): Promise<OutboxEvent[]> {
  const [events] = await manager.query<[OutboxEvent[], number]>(
    `UPDATE events SET processed_at = now()
     WHERE id IN (SELECT id FROM events WHERE processed_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE)
     RETURNING id, at, type, subject_kind AS "subjectKind", subject_id AS "subjectId", payload`,
    [most],
  );
  return events.toSorted((one, other) => Number(BigInt(one.id) - BigInt(other.id)));
}
