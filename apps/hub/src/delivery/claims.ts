// Who may send what, and what came of it: the only statements that move a delivery while it is on its way.
import type { IntegrationEvent, Receipt } from '@checkstack/plugin-sdk';
import type { AttemptOutcome } from '@checkstack/plugin-sdk/runtime';
import type { EntityManager } from 'typeorm';
import { waitAfter } from './back-off.js';
import type { MessageContent } from './deliveries.service.js';

/** A delivery that this replica has: its attempt is written down. */
export interface Claim {
  id: string;
  laneId: string;
  thread: string;
  /** Of this attempt. */
  attempt: number;
  message: MessageContent;
  event: IntegrationEvent | null;
  /** What the message goes by; null: it was deleted meanwhile. */
  sender: { kind: string; isChannel: boolean; config: Record<string, unknown> } | null;
  /** Of the destination or subscription; null: it was deleted meanwhile. */
  place: { id: string; values: Record<string, unknown>; template: string | null } | null;
  previous: Receipt | null;
}

/** What a lane may do at once and in a minute, by its kind. */
export interface LaneLimits {
  concurrency: number;
  perMinute: number;
}

/** Renewed while a send goes on; over, when the hub that sends is gone. */
export const leaseMs = 10_000;

/** The lanes in which something is due, the longest waiting first. */
export async function lanesWithWork(manager: EntityManager): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT l.id FROM delivery_lanes l CROSS JOIN LATERAL (
       SELECT due_at FROM deliveries WHERE lane_id = l.id AND state = 'waiting' AND due_at <= now()
       ORDER BY due_at LIMIT 1) first
     WHERE l.paused_until IS NULL OR l.paused_until <= now() ORDER BY first.due_at`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes up to `room` deliveries of a lane, with an attempt written for each, to be sent once this is committed. null:
 * another replica hands this lane out just now. The lane's lock makes its limits hold over all replicas.
 */
export async function claim(
  manager: EntityManager,
  laneId: string,
  room: number,
  limitsOf: (kind: string, isChannel: boolean) => LaneLimits,
): Promise<Claim[] | null> {
  const [lane] = await manager.query<{ isNewMinute: boolean; minuteCount: number }[]>(
    `SELECT minute_from <= now() - interval '1 minute' AS "isNewMinute", minute_count AS "minuteCount"
     FROM delivery_lanes WHERE id = $1 FOR UPDATE SKIP LOCKED`,
    [laneId],
  );
  if (!lane) return null;
  // A statement of its own: it sees what whoever held the lock before has committed.
  const [state] = await manager.query<[{ sending: number; kind: string | null; isChannel: boolean }]>(
    `SELECT (SELECT count(*)::int FROM deliveries WHERE lane_id = $1 AND state = 'sending') AS sending,
       COALESCE((SELECT kind FROM channels WHERE id = $1), (SELECT kind FROM integrations WHERE id = $1)) AS kind,
       EXISTS (SELECT FROM channels WHERE id = $1) AS "isChannel"`,
    [laneId],
  );
  const limits = limitsOf(state.kind ?? '', state.isChannel);
  const begun = lane.isNewMinute ? 0 : lane.minuteCount;
  const most = Math.min(room, limits.concurrency - state.sending, limits.perMinute - begun);
  if (most <= 0) return [];
  const claims = await take(manager, laneId, most);
  if (limits.perMinute !== Infinity && claims.length > 0) {
    await manager.query(
      `UPDATE delivery_lanes SET minute_count = $2, minute_from = CASE WHEN $3 THEN now() ELSE minute_from END
       WHERE id = $1`,
      [laneId, begun + claims.length, lane.isNewMinute],
    );
  }
  return claims;
}

function take(manager: EntityManager, laneId: string, most: number): Promise<Claim[]> {
  return manager.query<Claim[]>(
    `WITH due AS (
       SELECT id FROM deliveries d WHERE lane_id = $1 AND state = 'waiting' AND due_at <= now()
         AND NOT EXISTS (SELECT FROM deliveries o WHERE o.thread = d.thread AND o.number < d.number
           AND o.state IN ('waiting', 'sending'))
       ORDER BY due_at, number LIMIT $2 FOR UPDATE SKIP LOCKED),
     taken AS (
       UPDATE deliveries d SET state = 'sending', attempts = attempts + 1,
         leased_until = now() + make_interval(secs => $3 / 1000.0)
       FROM due WHERE d.id = due.id RETURNING d.*),
     noted AS (
       INSERT INTO delivery_attempts (delivery_id, number) SELECT id, attempts FROM taken)
     SELECT t.id, t.lane_id AS "laneId", t.thread, t.attempts AS attempt, t.message, t.event,
       CASE WHEN c.id IS NOT NULL THEN jsonb_build_object('kind', c.kind, 'isChannel', true, 'config', c.config)
         WHEN i.id IS NOT NULL THEN jsonb_build_object('kind', i.kind, 'isChannel', false, 'config', i.config)
       END AS sender,
       CASE WHEN d.id IS NOT NULL THEN jsonb_build_object('id', d.id, 'values', d.address, 'template', NULL)
         WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'values', s.options, 'template', s.template)
       END AS place,
       r.receipt AS previous
     FROM taken t
     LEFT JOIN channels c ON c.id = t.channel_id LEFT JOIN destinations d ON d.id = t.destination_id
     LEFT JOIN integrations i ON i.id = t.integration_id
     LEFT JOIN integration_subscriptions s ON s.id = t.subscription_id
     LEFT JOIN delivery_threads r ON r.thread = t.thread
     ORDER BY t.number`,
    [laneId, most, leaseMs],
  );
}

/** What goes on is still had by who claimed it. */
export async function renew(manager: EntityManager, claims: readonly Claim[]): Promise<void> {
  await manager.query(
    `UPDATE deliveries d SET leased_until = now() + make_interval(secs => $3 / 1000.0)
     FROM unnest($1::uuid[], $2::int[]) AS held (id, attempt)
     WHERE d.id = held.id AND d.attempts = held.attempt AND d.state = 'sending'`,
    [claims.map(({ id }) => id), claims.map(({ attempt }) => attempt), leaseMs],
  );
}

/**
 * Writes down what came of an attempt; false when another replica took the delivery over. To a person, what failed yields
 * to a newer message of its thread.
 */
export async function settle(
  manager: EntityManager,
  { id, attempt, thread, laneId }: Claim,
  { receipt, failure, durationMs, answer }: AttemptOutcome,
): Promise<boolean> {
  const waitMs = failure?.kind === 'temporary' ? waitAfter(attempt, failure.retryAfterMs) : null;
  const outcome = failure ? failure.kind : 'sent';
  const rows = await manager.query<unknown[]>(
    `WITH settled AS (
       UPDATE deliveries d SET leased_until = NULL, last_error = $4,
         state = next.state, due_at = CASE WHEN next.state = 'waiting' THEN next.due_at ELSE d.due_at END,
         ended_at = CASE WHEN next.state = 'waiting' THEN NULL ELSE now() END
       FROM (SELECT id, now() + make_interval(secs => $5::float8 / 1000) AS due_at, CASE
           WHEN $3 = 'sent' THEN 'sent'
           WHEN $3 = 'permanent' THEN 'dead'
           WHEN channel_id IS NOT NULL AND EXISTS (SELECT FROM deliveries n WHERE n.thread = o.thread
             AND n.number > o.number AND n.state = 'waiting') THEN 'superseded'
           WHEN now() + make_interval(secs => $5::float8 / 1000) > give_up_at THEN 'dead'
           ELSE 'waiting' END AS state
         FROM deliveries o WHERE id = $1) next
       WHERE d.id = next.id AND d.state = 'sending' AND d.attempts = $2 RETURNING d.id),
     noted AS (
       UPDATE delivery_attempts SET outcome = $3, duration_ms = $6, status = $7, answer = $8, code = $9, error = $4
       WHERE delivery_id = $1 AND number = $2 AND EXISTS (SELECT FROM settled)),
     kept AS (
       INSERT INTO delivery_threads (thread, lane_id, receipt) SELECT $10, $11::uuid, $12::jsonb FROM settled
       WHERE $12::jsonb IS NOT NULL
       ON CONFLICT (thread) DO UPDATE SET receipt = excluded.receipt, at = now()),
     paused AS (
       UPDATE delivery_lanes SET paused_until = GREATEST(paused_until, now() + make_interval(secs => $13::float8 / 1000))
       WHERE id = $11::uuid AND $13::float8 IS NOT NULL)
     SELECT id FROM settled`,
    [
      id,
      attempt,
      outcome,
      failure?.message ?? null,
      waitMs,
      Math.round(durationMs),
      answer?.status ?? null,
      answer?.text ?? null,
      failure?.code ?? null,
      thread,
      laneId,
      receipt?.externalId === undefined ? null : JSON.stringify(receipt),
      failure?.retryAfterMs ?? null,
    ],
  );
  return rows.length > 0;
}

/**
 * What a replica had when it died. It is sent again; where a repeat is not recognised, once, and then given up: nobody knows
 * how often it arrived. The kinds are those that recognise one. How many there were.
 */
export async function recoverLost(
  manager: EntityManager,
  idempotent: { channels: string[]; integrations: string[] },
): Promise<number> {
  const rows = await manager.query<unknown[]>(
    `WITH gone AS (
       SELECT d.id, d.attempts, d.lost, COALESCE(
         (SELECT kind = ANY($1) FROM channels WHERE id = d.channel_id),
         (SELECT kind = ANY($2) FROM integrations WHERE id = d.integration_id), false) AS "knowsRepeats"
       FROM deliveries d WHERE d.state = 'sending' AND d.leased_until < now() LIMIT 1000 FOR UPDATE OF d SKIP LOCKED),
     noted AS (
       UPDATE delivery_attempts a SET outcome = 'lost', error = 'The hub that sent it died: nobody knows whether it arrived.'
       FROM gone WHERE a.delivery_id = gone.id AND a.number = gone.attempts)
     UPDATE deliveries d SET leased_until = NULL, lost = d.lost + 1, due_at = now(),
       last_error = 'The hub that sent it died: nobody knows whether it arrived.',
       state = CASE WHEN gone."knowsRepeats" OR gone.lost = 0 THEN 'waiting' ELSE 'dead' END,
       ended_at = CASE WHEN gone."knowsRepeats" OR gone.lost = 0 THEN NULL ELSE now() END
     FROM gone WHERE d.id = gone.id RETURNING d.id`,
    [idempotent.channels, idempotent.integrations],
  );
  // TypeORM answers an UPDATE with its rows and their number.
  return (rows as unknown as [unknown[], number])[1];
}

/** What cannot be sent because what it goes by, or to, was deleted. */
export async function drop(manager: EntityManager, { id, attempt }: Claim): Promise<void> {
  await manager.query(
    `WITH dropped AS (UPDATE deliveries SET state = 'cancelled', ended_at = now(), leased_until = NULL,
         last_error = 'What it was to go by, or to, was deleted.'
       WHERE id = $1 AND state = 'sending' AND attempts = $2 RETURNING id)
     UPDATE delivery_attempts SET outcome = 'permanent', error = 'What it was to go by, or to, was deleted.'
     WHERE delivery_id = $1 AND number = $2`,
    [id, attempt],
  );
}
