// Test runs as rows: how a request reaches the hub that holds the satellite's socket, and its answer comes back.
import type { LogLine, RunReport, TestRun } from '@checkstack/api';
import type { Outcome } from '@checkstack/link';
import type { EntityManager } from 'typeorm';
import type { Definition } from '../checks/definition.js';
import { storable } from '../database/storable.js';

/** Secrets are sealed inside. */
export interface StoredJob {
  definition: Definition;
  labels: Record<string, string>;
}

interface Row {
  id: string;
  status: TestRun['status'];
  location: string;
  satellite: string | null;
  log: LogLine[];
  report: RunReport | null;
  problem: string | null;
  createdAt: Date;
}

/** Enough for a person to read. */
const maxLogLines = 2_000;
const maxLogBytes = 1_000_000;
/** In which a hub with a satellite there takes the request. */
const takenWithinSeconds = 10;
/** What a satellite may need beyond the run's own time-out. */
const graceSeconds = 15;

export async function findTestRun(manager: EntityManager, id: string): Promise<TestRun | undefined> {
  const [row] = await manager.query<Row[]>(
    `SELECT test_runs.id, status, locations.name AS location, satellites.name AS satellite, log, report, problem,
            test_runs.created_at AS "createdAt"
     FROM test_runs JOIN locations ON locations.id = test_runs.location_id
     LEFT JOIN satellites ON satellites.id = test_runs.satellite_id
     WHERE test_runs.id = $1`,
    [id],
  );
  return row && { ...row, createdAt: row.createdAt.toISOString() };
}

/** Gives a waiting request to one of these satellites, if it is one's to run; null: it is not, or not waiting any more. */
export async function claimTestRun(
  manager: EntityManager,
  id: string,
  satelliteIds: string[],
): Promise<{ satelliteId: string; job: StoredJob } | null> {
  const [[claimed]] = await manager.query<[{ satelliteId: string; job: StoredJob }[], number]>(
    `UPDATE test_runs SET status = 'running', satellite_id = satellite.id
     FROM (SELECT id, location_id FROM satellites WHERE id = ANY($2) AND NOT disabled ORDER BY random()) satellite
     WHERE test_runs.id = $1 AND status = 'waiting' AND satellite.location_id = test_runs.location_id
     RETURNING satellite_id AS "satelliteId", job`,
    [id, satelliteIds],
  );
  return claimed ?? null;
}

/** What the satellite that runs it tells. False: it is not running, or not on that satellite. */
export async function appendProgress(
  manager: EntityManager,
  id: string,
  satelliteId: string,
  { log, outcome }: { log: LogLine[]; outcome: Outcome | null },
): Promise<boolean> {
  const [, count] = await manager.query<[unknown[], number]>(
    `UPDATE test_runs SET
       log = CASE WHEN jsonb_array_length(log) < ${maxLogLines} AND octet_length(log::text) < ${maxLogBytes} THEN log || $3::jsonb ELSE log END,
       report = $4, status = CASE WHEN $4::jsonb IS NULL THEN status ELSE 'finished' END
     WHERE id = $1 AND satellite_id = $2 AND status = 'running'`,
    [id, satelliteId, toJsonb(log.slice(0, maxLogLines)), outcome && toJsonb(reportOf(outcome))],
  );
  return count > 0;
}

/** Ends a run that is not over yet, with a reason for people. */
export async function failTestRun(manager: EntityManager, id: string, problem: string): Promise<void> {
  await manager.query(
    `UPDATE test_runs SET status = 'failed', problem = $2 WHERE id = $1 AND status IN ('waiting', 'running')`,
    [id, problem],
  );
}

/** Ends what nobody took or answered in time; answers which those are. */
export async function failOverdue(manager: EntityManager): Promise<string[]> {
  const [overdue] = await manager.query<[{ id: string }[], number]>(
    `UPDATE test_runs SET status = 'failed', problem = CASE status
         WHEN 'waiting' THEN 'No satellite there took the run.'
         ELSE 'The satellite did not answer in time.' END
     WHERE (status = 'waiting' AND created_at < now() - make_interval(secs => ${takenWithinSeconds}))
        OR (status = 'running' AND created_at < now() - make_interval(secs =>
              ${takenWithinSeconds + graceSeconds} + (job->'definition'->>'timeoutMs')::float8 / 1000))
     RETURNING id`,
  );
  return overdue.map(({ id }) => id);
}

function reportOf({ verdict, startedAtMs, durationMs, failure, facts, assertions }: Outcome): RunReport {
  // A satellite's clock may say anything; a report dates its run within living memory.
  const isSane = Math.abs(Date.now() - startedAtMs) < 86_400_000;
  const startedAt = new Date(isSane ? startedAtMs : Date.now()).toISOString();
  return { verdict, startedAt, durationMs, failure, facts, assertions };
}

/** As JSON that jsonb takes. */
function toJsonb(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
}
