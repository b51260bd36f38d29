import type { EnvironmentState, StateNow } from '@checkstack/api';
import { readEnvironmentStates } from '../health/environment-states.js';
import { stateOf, type Sql } from '../health/outlook-rows.js';

export interface SubjectState {
  subject: { kind: 'slice' | 'check' | 'system'; id: string };
  state: StateNow;
  flappingSince?: string | null;
  byEnvironment?: EnvironmentState[];
  /** The topics it is part of: `check:<id>`, `system:<id>`. */
  owners: string[];
}

interface Row {
  kind: 'slice' | 'check' | 'system';
  id: string;
  state: number;
  since: Date | null;
  reason: string | null;
  flapping: Date | null;
  owners: string[];
}

/** The states as they are now, which may be newer than the notice that named them. */
export async function readStates(
  sql: Sql,
  of: { slices: number[]; checks: string[]; systems: string[] },
): Promise<SubjectState[]> {
  if (of.slices.length + of.checks.length + of.systems.length === 0) return [];
  const rows = await sql.query<Row[]>(
    `SELECT 'slice' AS kind, s.id, s.state, s.state_since AS since, s.state_reason AS reason, s.flapping_since AS flapping,
       ARRAY['check:' || a.check_id, 'system:' || a.system_id] AS owners
     FROM slices s JOIN assignments a ON a.id = s.assignment_id WHERE s.number = ANY($1)
     UNION ALL SELECT 'check', id, state, state_since, state_reason, NULL, ARRAY['check:' || id] FROM checks WHERE id = ANY($2)
     UNION ALL SELECT 'system', id, state, state_since, state_reason, NULL, ARRAY['system:' || id] FROM systems WHERE id = ANY($3)`,
    [of.slices, of.checks, of.systems],
  );
  const environmentsOf = await readEnvironmentStates(sql, of.systems);
  return rows.map(({ kind, id, state, since, reason, flapping, owners }) => ({
    subject: { kind, id },
    state: { state: stateOf(state), since: since?.toISOString() ?? null, reason },
    ...(kind === 'slice' && { flappingSince: flapping?.toISOString() ?? null }),
    ...(kind === 'system' && { byEnvironment: environmentsOf.get(id) ?? [] }),
    owners,
  }));
}
