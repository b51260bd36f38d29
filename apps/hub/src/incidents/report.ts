import { incidentSeverities, type IncidentReport, type IncidentSeverity } from '@checkstack/api';
import type { Sql } from '../health/outlook-rows.js';

interface Row {
  /** null: all of them. */
  severity: IncidentSeverity | null;
  opened: number;
  open: number;
  acknowledged: number;
  acknowledge: number[] | null;
  resolved: number;
  resolve: number[] | null;
}

/** How many incidents were opened in a span, and how long people took. */
export async function readReport(
  sql: Sql,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<IncidentReport> {
  const rows = await sql.query<Row[]>(
    `SELECT severity, count(*)::int AS opened, count(*) FILTER (WHERE resolved_at IS NULL)::int AS open,
       count(acknowledge)::int AS acknowledged, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY acknowledge) AS acknowledge,
       count(resolve)::int AS resolved, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolve) AS resolve
     FROM (
       SELECT severity, resolved_at, extract(epoch FROM acknowledged_at - opened_at)::float8 AS acknowledge,
         extract(epoch FROM resolved_at - opened_at)::float8 AS resolve
       FROM incidents
       WHERE ($1::timestamptz IS NULL OR opened_at >= $1) AND ($2::timestamptz IS NULL OR opened_at <= $2)
     ) AS timed GROUP BY GROUPING SETS (severity, ())`,
    [from ?? null, to ?? null],
  );
  const part = (severity: IncidentSeverity | null) => responseOf(rows.find((row) => row.severity === severity));
  return {
    ...part(null),
    severities: incidentSeverities.map((severity) => ({ severity, ...part(severity) })),
  };
}

function responseOf(row: Row | undefined): Omit<IncidentReport, 'severities'> {
  return {
    opened: row?.opened ?? 0,
    open: row?.open ?? 0,
    secondsToAcknowledge: spread(row?.acknowledged, row?.acknowledge),
    secondsToResolve: spread(row?.resolved, row?.resolve),
  };
}

function spread(count = 0, values: number[] | null = null): IncidentReport['secondsToResolve'] {
  return { count, median: values?.[0] ?? null, p90: values?.[1] ?? null };
}
