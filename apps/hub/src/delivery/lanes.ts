// What of a channel or integration concerns its deliveries, when somebody edits it.
import type { SenderTraffic } from '@checkstack/api';
import type { EntityManager } from 'typeorm';

/** What waits stays waiting while it is switched off, until it is given up. */
export async function switchLane(manager: EntityManager, id: string, enabled: boolean): Promise<void> {
  await manager.query(
    `INSERT INTO delivery_lanes (id, paused_until) VALUES ($1, $2::timestamptz)
     ON CONFLICT (id) DO UPDATE SET paused_until = excluded.paused_until`,
    [id, enabled ? null : 'infinity'],
  );
}

/** Before what they go by, or to, is deleted. */
export async function cancelWaiting(
  manager: EntityManager,
  column: 'channel_id' | 'destination_id' | 'integration_id' | 'subscription_id',
  id: string,
): Promise<void> {
  await manager.query(
    `UPDATE deliveries SET state = 'cancelled', ended_at = now(), last_error = 'What it was to go by, or to, was deleted.'
     WHERE ${column} = $1 AND state = 'waiting'`,
    [id],
  );
}

/** Columns of `SenderTraffic` for a row whose id is `id`. */
export function trafficColumns(id: string): string {
  return `
    (SELECT count(*)::int FROM deliveries WHERE lane_id = ${id} AND state = 'waiting') AS waiting,
    (SELECT count(*)::int FROM deliveries WHERE lane_id = ${id} AND state = 'dead'
       AND ended_at > now() - interval '1 day') AS dead,
    (SELECT max(ended_at) FROM deliveries WHERE lane_id = ${id} AND state = 'sent') AS "lastSentAt",
    (SELECT last_error FROM deliveries WHERE lane_id = ${id} AND attempts > 0
       ORDER BY number DESC LIMIT 1) AS "lastError"`;
}

export interface TrafficRow {
  waiting: number;
  dead: number;
  lastSentAt: Date | null;
  lastError: string | null;
}

export function trafficOf({ waiting, dead, lastSentAt, lastError }: TrafficRow): SenderTraffic {
  return { waiting, dead, lastSentAt: lastSentAt?.toISOString() ?? null, lastError };
}
