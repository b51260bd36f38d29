// What a system's own checks say in each of its environments: read from its slices, kept nowhere.
import type { EnvironmentState, Named, Quorum } from '@checkstack/api';
import { placeJoins, placeName } from '../satellites/slice-places.js';
import { grouped, noParts, stateOf, type Sql } from './outlook-rows.js';
import { rollUpParts, rollUpSlices } from './roll-up.js';

interface EnvironmentRow extends Named {
  systemId: string;
}

interface SliceRow {
  systemId: string;
  environment: string | null;
  assignmentId: string;
  quorum: Quorum;
  check: string;
  isWatched: boolean;
  place: string;
  state: number;
  reason: string | null;
}

/** By system, its environments by name, and last what runs in none of them. Systems without environments are left out. */
export async function readEnvironmentStates(
  sql: Sql,
  systemIds: readonly string[],
): Promise<Map<string, EnvironmentState[]>> {
  const environments = await sql.query<EnvironmentRow[]>(
    `SELECT se.system_id AS "systemId", e.id, e.name FROM system_environments se JOIN environments e ON e.id = se.environment_id
     WHERE se.system_id = ANY($1) ORDER BY lower(e.name), e.id`,
    [systemIds],
  );
  const environmentsOf = grouped(environments, ({ systemId }) => systemId);
  if (environmentsOf.size === 0) return new Map();
  const slices = await sql.query<SliceRow[]>(
    `SELECT a.system_id AS "systemId", s.environment_id AS environment, a.id AS "assignmentId", a.quorum, c.name AS check,
       a.enabled AND NOT c.paused AS "isWatched", ${placeName} AS place, s.state, s.state_reason AS reason
     FROM assignments a JOIN checks c ON c.id = a.check_id
     JOIN slices s ON s.assignment_id = a.id AND s.retired_at IS NULL ${placeJoins}
     WHERE a.system_id = ANY($1) ORDER BY lower(c.name), s.number`,
    [[...environmentsOf.keys()]],
  );
  const slicesOf = grouped(slices, ({ systemId }) => systemId);
  return new Map(
    [...environmentsOf].map(([systemId, own]) => {
      const byEnvironment = grouped(slicesOf.get(systemId) ?? [], ({ environment }) => environment);
      const states = own.map(({ id, name }) => stateIn({ id, name }, byEnvironment.get(id) ?? []));
      const elsewhere = byEnvironment.get(null);
      return [systemId, elsewhere ? [...states, stateIn(null, elsewhere)] : states];
    }),
  );
}

function stateIn(environment: Named | null, slices: readonly SliceRow[]): EnvironmentState {
  const parts = [...grouped(slices, ({ assignmentId }) => assignmentId).values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const outlooks = own.map(({ place, state, reason }) => ({
      place,
      environment: environment?.id ?? null,
      state: stateOf(state),
      reason,
    }));
    return { name: first.check, isWatched: first.isWatched, ...rollUpSlices(outlooks, first.quorum) };
  });
  return { environment, ...rollUpParts(parts, noParts.system) };
}
