import type { Sql } from '../health/outlook-rows.js';

/**
 * Ends the sessions of hubs that stopped in the middle of a transaction. PostgreSQL ends by itself those that are idle
 * in one, but not those that stopped inside COPY: for them it waits, and keeps their locks.
 */
export async function endFrozenHubs(sql: Sql): Promise<number> {
  const ended = await sql.query<{ ended: boolean }[]>(
    `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'checkstack-hub' AND pid <> pg_backend_pid()
       AND state <> 'idle' AND wait_event_type = 'Client' AND xact_start < now() - interval '5 seconds'
       AND state_change < now() - interval '5 seconds'`,
  );
  return ended.filter(({ ended }) => ended).length;
}
