// A large catalog, made in seconds: one of each over REST, then SQL copies of those rows, whatever columns they have.
import { createHash, randomBytes } from 'node:crypto';

const now = 'statement_timestamp()';
const healthy = 0;

/** A random-looking UUID of version 4 for each text. */
const uuid = (text) => `(overlay(overlay(md5(${text}) placing '4' from 13 for 1) placing '8' from 17 for 1)::uuid)`;
const idOf = {
  location: uuid(`'location ' || n`),
  satellite: uuid(`'satellite ' || n`),
  system: uuid(`'system ' || n`),
  check: uuid(`'check ' || n`),
  assignment: uuid(`'assignment ' || n`),
};

/**
 * `satellites` locations with one satellite each, which runs `slicesPerSatellite` slices; each check runs in
 * `locationsPerCheck` of them. Everything is healthy already, and the satellites are believed online for as long as
 * the hub tolerates their absence. Answers the satellites: { id, name, token, sliceIds }.
 */
export async function makeCatalog(hub, { pool }, shape) {
  const { satellites, slicesPerSatellite = 0, locationsPerCheck = 1, checksPerSystem = 10, everySeconds = 60 } = shape;
  const checks = (satellites * slicesPerSatellite) / locationsPerCheck;
  if (!Number.isInteger(checks)) throw new Error('The slices are to be the same number at each location.');
  const template = await makeTemplate(hub.operator, everySeconds);
  const tokens = Array.from({ length: satellites }, () => `cst_${randomBytes(32).toString('base64url')}`);
  const state = { state: String(healthy), state_since: now, state_reason: 'NULL' };
  const client = await pool.connect();
  const clone = (table, id, count, columns) => cloneRow(client, { table, id, count, columns });
  try {
    await client.query('BEGIN');
    await clone('locations', template.locationId, satellites, { id: idOf.location, name: `'Location ' || n` });
    await clone('satellites', template.satelliteId, satellites, {
      id: idOf.satellite,
      name: `'Satellite ' || n`,
      location_id: idOf.location,
      online: 'true',
      online_since: now,
      last_seen_at: now,
      roster_revision: '1',
      roster_applied: '1',
      roster_confirmed_at: now,
    });
    await client.query(
      `INSERT INTO satellite_tokens (token_hash, satellite_id)
       SELECT hash, ${idOf.satellite} FROM unnest($1::bytea[]) WITH ORDINALITY AS t (hash, ordinality), LATERAL (SELECT ordinality - 1 AS n) o`,
      [tokens.map((token) => createHash('sha256').update(token).digest())],
    );
    if (checks > 0) {
      const systems = Math.ceil(checks / checksPerSystem);
      await clone('systems', template.systemId, systems, { id: idOf.system, name: `'System ' || n`, ...state });
      await clone('checks', template.checkId, checks, {
        id: idOf.check,
        name: `'Check ' || n`,
        config: `jsonb_set(t.config, '{url}', to_jsonb('https://service-' || n || '.example.org/health'))`,
        ...state,
      });
      await clone('assignments', template.assignmentId, checks, {
        id: idOf.assignment,
        check_id: idOf.check,
        system_id: uuid(`'system ' || n / ${checksPerSystem}`),
        ...state,
      });
      await place(client, { template, checks, locationsPerCheck, satellites, state });
    }
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    client.release();
  }
  await removeTemplate(hub.operator, template);
  return readSatellites(pool, tokens);
}

/** One of each, as the product makes them. */
async function makeTemplate(operator, everySeconds) {
  const { satellite } = await operator.call('POST', '/satellites', {
    name: 'Template',
    location: { name: 'Template' },
  });
  const system = await operator.call('POST', '/systems', { name: 'Template' });
  const check = await operator.call('POST', '/checks', {
    name: 'Template',
    kind: 'http',
    config: { url: 'https://service.example.org/health' },
    collectors: [{ collector: 'response', assertions: assertions }],
    schedule: { everySeconds },
    timeoutMs: 5_000,
  });
  const assignment = await operator.call('POST', '/assignments', {
    checkId: check.id,
    systemId: system.id,
    locationIds: [satellite.location.id],
  });
  return {
    locationId: satellite.location.id,
    satelliteId: satellite.id,
    systemId: system.id,
    checkId: check.id,
    assignmentId: assignment.id,
  };
}

const assertions = [
  { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' },
  { fact: 'totalMs', operator: 'at_most', value: 2_000, severity: 'degraded' },
];

async function removeTemplate(operator, template) {
  for (const path of [
    `/checks/${template.checkId}`,
    `/systems/${template.systemId}`,
    `/satellites/${template.satelliteId}`,
  ])
    await operator.call('DELETE', path);
}

/** The check `n` runs at the locations from `n × locationsPerCheck` on, round and round: each gets as many. */
async function place(client, { template, checks, locationsPerCheck, satellites, state }) {
  const where = `(n * ${locationsPerCheck} + j) % ${satellites}`;
  const at = (kind) => uuid(`'${kind} ' || ${where}`);
  const places = `generate_series(0, ${checks - 1}) AS n, generate_series(0, ${locationsPerCheck - 1}) AS j`;
  const sliceId = uuid(`'slice ' || n || ' ' || j`);
  await client.query(
    `INSERT INTO assignment_locations (assignment_id, location_id) SELECT ${idOf.assignment}, ${at('location')} FROM ${places}`,
  );
  await cloneRow(client, {
    table: 'slices',
    where: 'assignment_id',
    id: template.assignmentId,
    from: places,
    // Changed an hour ago: what is held already is not run again at once.
    columns: {
      id: sliceId,
      assignment_id: idOf.assignment,
      location_id: at('location'),
      changed_at: `${now} - interval '1 hour'`,
      ...state,
    },
  });
  await client.query(
    `INSERT INTO placements (slice_number, satellite_id, placed_at)
     SELECT s.number, ${at('satellite')}, ${now} - interval '1 hour' FROM ${places}, slices s WHERE s.id = ${sliceId}`,
  );
  for (const [kind, table] of ['slices', 'checks', 'systems', 'assignments'].entries())
    await client.query(
      `INSERT INTO state_intervals (subject_kind, subject_id, from_at, state)
       SELECT ${kind}, id, state_since, state FROM ${table} WHERE state_since IS NOT NULL AND state = ${healthy} ON CONFLICT DO NOTHING`,
    );
}

/** Copies of one row; columns without an expression are as in it. */
async function cloneRow(
  client,
  { table, where = 'id', id, count, from = `generate_series(0, ${count - 1}) AS n`, columns },
) {
  const { rows } = await client.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'`,
    [table],
  );
  const names = rows.map(({ name }) => name);
  const values = names.map((name) => columns[name] ?? `t.${name}`);
  await client.query(
    `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM ${table} t, ${from} WHERE t.${where} = $1`,
    [id],
  );
}

async function readSatellites(pool, tokens) {
  const { rows } = await pool.query(
    `SELECT t.id, t.name, coalesce(array_agg(s.id ORDER BY s.number) FILTER (WHERE s.id IS NOT NULL), '{}') AS "sliceIds"
     FROM satellites t LEFT JOIN placements p ON p.satellite_id = t.id AND p.ended_at IS NULL LEFT JOIN slices s ON s.number = p.slice_number
     WHERE t.name LIKE 'Satellite %' GROUP BY t.id, t.name`,
  );
  return rows.map((row) => ({ ...row, token: tokens[Number(row.name.split(' ')[1])] }));
}
