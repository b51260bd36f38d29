import type { Quorum } from '@checkstack/api';
import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateDatabase } from '../database/open-database.js';
import { createTestDatabase, type TestDatabase } from '../database/testing/test-database.js';
import { demanded, findMismatches, readSurroundings } from './mismatches.js';
import { readDependencies, systemStateColumns, type SystemStateRow } from '../catalog/dependency-rows.js';
import {
  differs,
  grouped,
  noParts,
  partOutlook,
  readParts,
  sliceOutlook,
  type AssignmentStateRow,
  type Sql,
  type StateRow,
} from './outlook-rows.js';
import { rollUpParts, rollUpSlices } from './roll-up.js';
import { isDue, systemOutlook } from './systems.js';

let database: TestDatabase;
let client: Client;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase({ name: 'hub', migrate: migrateDatabase });
  client = new Client(database.url);
  await client.connect();
  sql = { query: async (text, parameters) => (await client.query(text, parameters)).rows as never };
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const stateColumns = 'id, state, state_reason AS "stateReason", state_since AS "stateSince"';

/** Every row compared with what it should be. */
async function allMismatches(nowMs: number) {
  const slices = await readSurroundings(sql, null);
  const judged = new Set(demanded(slices, nowMs).map(({ slice }) => slice));
  const slicesOf = grouped(slices, ({ assignmentId }) => assignmentId);
  const rowsOf = <Row = StateRow>(table: string) =>
    sql.query<Row[]>(`SELECT * FROM (SELECT *, ${stateColumns} FROM ${table}) t`);
  const ownOutlooks = async (kind: 'check' | 'system') => {
    const partsOf = grouped(await readParts(sql, kind, null), ({ ownerId }) => ownerId);
    return ({ id }: StateRow) => rollUpParts((partsOf.get(id) ?? []).map(partOutlook), noParts[kind]);
  };
  const checkOutlook = await ownOutlooks('check');
  const ownOutlook = await ownOutlooks('system');
  const needsOf = grouped(await readDependencies(sql, 'true', []), ({ downstreamId }) => downstreamId);
  const systems = await sql.query<SystemStateRow[]>(`SELECT ${systemStateColumns} FROM systems`);
  const wrongAssignments = (await rowsOf<AssignmentStateRow>('assignments')).filter((row) => {
    const own = slicesOf.get(row.id) ?? [];
    return (
      own.some(({ number }) => judged.has(number)) || differs(row, rollUpSlices(own.map(sliceOutlook), row.quorum))
    );
  });
  return sorted({
    assignmentIds: wrongAssignments.map(({ id }) => id),
    checkIds: (await rowsOf('checks')).filter((row) => differs(row, checkOutlook(row))).map(({ id }) => id),
    systemIds: systems
      .filter((row) => isDue(row, systemOutlook(ownOutlook(row), needsOf.get(row.id) ?? [])))
      .map(({ id }) => id),
  });
}

function sorted(touched: object): object {
  return Object.fromEntries(Object.entries(touched).map(([key, ids]) => [key, (ids as string[]).toSorted()]));
}

const uuid = (kind: number, number: number): string => `0000000${kind}-0000-4000-8000-00000000000${number}`;
// Mostly as it should be, so that what is not well stands among what is.
const rarely = fc.integer({ min: 0, max: 7 }).map((drawn) => drawn === 0);
const mostly = rarely.map((is) => !is);
const state = fc.record({
  state: fc.tuple(rarely, fc.constantFrom(1, 2, 3)).map(([isUnwell, unwell]): number => (isUnwell ? unwell : 0)),
  reason: fc
    .tuple(rarely, fc.constantFrom('The run failed', 'Nothing is checked here'))
    .map(([is, text]): string | null => (is ? text : null)),
  since: mostly.map((is) => (is ? new Date(0) : null)),
});
const several = <Value>(one: fc.Arbitrary<Value>, count: number) =>
  fc.array(one, { minLength: count, maxLength: count });
const quorum = fc.constantFrom<Quorum>(
  { mode: 'any' },
  { mode: 'majority' },
  { mode: 'all' },
  { mode: 'atLeast', count: 2 },
);
const world = fc.record({
  satellites: several(fc.record({ online: mostly, disabled: rarely, isBehind: rarely }), 3),
  systems: several(fc.record({ now: state, own: state, inherited: state }), 3),
  // Each system on those before it.
  dependencies: several(
    fc.record({
      exists: fc.boolean(),
      impact: fc.constantFrom('informational', 'degraded', 'critical'),
      transitive: fc.boolean(),
      rules: fc.uniqueArray(
        fc.record({
          check: fc.integer({ min: 0, max: 3 }),
          from: fc.constantFrom('degraded', 'unhealthy'),
          impact: fc.constantFrom('degraded', 'critical'),
        }),
        { selector: ({ check }) => check, maxLength: 2 },
      ),
    }),
    3,
  ),
  checks: several(fc.record({ now: state, paused: rarely }), 3),
  assignments: several(fc.record({ now: state, enabled: mostly, exists: mostly, quorum }), 9),
  slices: several(fc.record({ now: state, exists: mostly, isRetired: rarely, isPlaced: mostly }), 27),
});
type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

/** Each check on each system, at each location; of them those that exist. */
async function write({ satellites, systems, dependencies, checks, assignments, slices }: World): Promise<void> {
  await client.query('TRUNCATE locations, satellites, systems, checks CASCADE');
  const insert = async (table: string, row: object): Promise<void> => {
    const names = Object.keys(row);
    const places = names.map((_, index) => `$${index + 1}`);
    await client.query(`INSERT INTO ${table} (${names.join()}) VALUES (${places.join()})`, Object.values(row));
  };
  const columns = ({ state, reason, since }: World['systems'][number]['now']) => ({
    state,
    state_reason: reason,
    state_since: since,
  });
  for (const [index, { isBehind, ...satellite }] of satellites.entries()) {
    await insert('locations', { id: uuid(1, index), name: `Location ${index}` });
    await insert('satellites', {
      id: uuid(2, index),
      name: `Satellite ${index}`,
      location_id: uuid(1, index),
      ...satellite,
      connected_at: new Date(0),
      roster_revision: isBehind ? 1 : 0,
    });
  }
  for (const [index, { now, own, inherited }] of systems.entries())
    await insert('systems', {
      id: uuid(3, index),
      name: `System ${index}`,
      ...columns(now),
      ...{ own_state: own.state, own_state_reason: own.reason, own_state_since: own.since },
      ...{ inherited_state: inherited.state % 3, inherited_reason: inherited.reason },
    });
  for (const [index, { exists, rules, ...given }] of dependencies.entries())
    if (exists)
      await insert('dependencies', {
        downstream_id: uuid(3, index === 0 ? 1 : 2),
        upstream_id: uuid(3, index === 2 ? 1 : 0),
        ...given,
        label: '',
        rules: JSON.stringify(rules.map(({ check, ...rule }) => ({ checkId: uuid(4, check), ...rule }))),
      });
  for (const [index, { now, paused }] of checks.entries()) {
    const definition = { kind: 'http', config: '{}', collectors: '[]', schedule: '{"everySeconds":60}', timeout_ms: 1 };
    await insert('checks', { id: uuid(4, index), name: `Check ${index}`, ...definition, paused, ...columns(now) });
  }
  for (const [index, { now, enabled, exists, quorum }] of assignments.entries()) {
    if (!exists) continue;
    const owners = { check_id: uuid(4, index % 3), system_id: uuid(3, Math.floor(index / 3)) };
    const settings = { thresholds: '{}', environments: '{}', retention_days: 1, enabled, quorum };
    await insert('assignments', { id: uuid(5, index), ...owners, ...settings, ...columns(now) });
  }
  for (const [index, { now, exists, isRetired, isPlaced }] of slices.entries()) {
    const [assignment, place] = [Math.floor(index / 3), index % 3];
    if (!exists || assignments[assignment]?.exists !== true) continue;
    const retired_at = isRetired ? new Date(0) : null;
    await insert('slices', {
      assignment_id: uuid(5, assignment),
      location_id: uuid(1, place),
      changed_at: new Date(0),
      retired_at,
      ...columns(now),
    });
    if (!isPlaced) continue;
    await insert('placements', {
      slice_number: (await client.query<{ number: number }>('SELECT max(number) AS number FROM slices')).rows[0]
        ?.number,
      satellite_id: uuid(2, place),
      placed_at: new Date(0),
    });
  }
}

it('finds every row that is not as it should be, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      await write(given);
      expect(sorted(await findMismatches(sql, 1))).toEqual(await allMismatches(1));
    }),
    { numRuns: 60 },
  );
}, 120_000);

it('reads nothing of what is well', async () => {
  const well: World['systems'][number]['now'] = { state: 0, reason: null, since: new Date(0) };
  await write({
    satellites: [0, 1, 2].map(() => ({ online: true, disabled: false, isBehind: false })),
    systems: [0, 1, 2].map(() => ({ now: well, own: well, inherited: well })),
    dependencies: [0, 1, 2].map(() => ({ exists: true, impact: 'critical', transitive: true, rules: [] })),
    checks: [0, 1, 2].map(() => ({ now: well, paused: false })),
    assignments: Array.from({ length: 9 }, () => ({ now: well, enabled: true, exists: true, quorum: { mode: 'all' } })),
    slices: Array.from({ length: 27 }, () => ({ now: well, exists: true, isRetired: false, isPlaced: true })),
  });
  const counts: number[] = [];
  const counting: Sql = {
    query: async (text, parameters) => {
      const { rows } = await client.query(text, parameters);
      counts.push(rows.length);
      return rows as never;
    },
  };
  await findMismatches(counting, 1);
  expect(counts).toEqual([0, 0, 0]);
});
