// Many satellites in one process: spool, roster, schedule, session, back-off and link are the satellite's own; a run only says that all is well.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { root } from '../workspace.mjs';

/** As many as one assignment takes. */
const locationsPerCheck = 100;

/** The embedded database of the hub whose data is in this folder. */
export function databaseUrlOf(home) {
  const password = readFileSync(join(home, 'hub/postgres/password'), 'utf8');
  const port = readFileSync(join(home, 'hub/postgres/data/postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://checkstack:${password}@127.0.0.1:${port}/checkstack`;
}

/** Enrols them, each in a location of its own with one slice; answers their tokens. */
export async function provision(operator, home, { count, everySeconds }) {
  const tokens = Array.from({ length: count }, () => `cst_${randomBytes(32).toString('base64url')}`);
  const client = new pg.Client(databaseUrlOf(home));
  await client.connect();
  // One by one over REST it would take minutes; what is measured comes later.
  const { rows } = await client.query(
    `WITH made AS (
       INSERT INTO locations (name) SELECT 'Place ' || n FROM generate_series(1, cardinality($1::bytea[])) n RETURNING id, name
     ), enrolled AS (
       INSERT INTO satellites (name, location_id) SELECT replace(name, 'Place', 'Satellite'), id FROM made RETURNING id, location_id, name
     ), opened AS (
       INSERT INTO satellite_tokens (token_hash, satellite_id)
       SELECT ($1::bytea[])[split_part(name, ' ', 2)::integer], id FROM enrolled
     )
     SELECT location_id AS id FROM enrolled`,
    [tokens.map((token) => createHash('sha256').update(token).digest())],
  );
  await client.end();
  const { id: systemId } = await operator.make('/systems', 'Fleet');
  for (let first = 0; first < count; first += locationsPerCheck) {
    const { id: checkId } = await operator.make('/checks', `Check ${first}`, {
      kind: 'http',
      config: { url: 'http://127.0.0.1/' },
      collectors: [{ collector: 'response' }],
      schedule: { everySeconds },
    });
    const locationIds = rows.slice(first, first + locationsPerCheck).map(({ id }) => id);
    await operator.call('POST', '/assignments', { checkId, systemId, locationIds });
  }
  return tokens;
}

export async function openFleet(folder, tokens, hubUrl) {
  mkdirSync(folder, { recursive: true });
  const { Satellite, Session, Clock } = await loadSatellite(folder);
  const attempts = [];
  const welcomedAt = new Map();
  diagnostics.subscribe('http.client.request.start', ({ request }) => {
    if (!request.getHeader('upgrade')) return;
    const attempt = { at: performance.now(), outcome: 'under way' };
    attempts.push(attempt);
    request.once('upgrade', () => (attempt.outcome = 'taken'));
    request.once('response', ({ statusCode }) => (attempt.outcome = `answered ${statusCode}`));
    request.once('error', () => (attempt.outcome = attempt.outcome === 'under way' ? 'unanswered' : attempt.outcome));
  });
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const members = await Promise.all(tokens.map((token, index) => open(token, index)));

  async function open(token, index) {
    const dataDir = join(folder, String(index));
    mkdirSync(dataDir);
    const clock = new Clock();
    const quiet = () => undefined;
    const spool = { maxBytes: 8_388_608, maxAgeMs: 3_600_000, sync: 'off' };
    const satellite = await Satellite.open({
      dataDir,
      tokens: [token],
      spool,
      clock,
      runner: healthyRunner(clock),
      log: quiet,
    });
    const log = (line) => line.startsWith('Connected') && welcomedAt.set(index, performance.now());
    const options = { hubUrl, tokens: [token], version: '0.0.0', processId: randomUUID(), log };
    const session = new Session(satellite, options);
    return { satellite, session, running: session.run() };
  }

  const since = (at) => [...welcomedAt.values()].filter((welcomed) => welcomed > at).sort((a, b) => a - b);
  return {
    /** Each upgrade that was asked for: when, and what became of it. */
    attempts,
    connected: () => members.filter(({ session }) => session.isConnected).length,
    /** When each was welcomed for the last time, of those that were since then; in order. */
    welcomes: since,
    connectedSince: (at) => since(at).length,
    longestLoopMs: () => loop.max / 1e6,
    forgetLoop: () => loop.reset(),
    async close() {
      for (const { satellite } of members) await satellite.close();
      await Promise.all(members.map(({ session }) => session.stop()));
      await Promise.all(members.map(({ running }) => running));
      await Promise.all(members.map(({ satellite }) => satellite.spool.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function healthyRunner(clock) {
  return {
    kinds: ['http'],
    refusedKinds: [],
    running: 0,
    takeStarted: () => 0,
    keepOnly: () => undefined,
    run: async () => ({
      verdict: 'healthy',
      startedAtMs: Math.round(clock.now()),
      durationMs: 1,
      failure: null,
      facts: {},
      assertions: [],
    }),
  };
}

/** The satellite's own parts, from their source. */
async function loadSatellite(folder) {
  const outfile = join(folder, 'satellite.mjs');
  const parts = ['satellite', 'session', 'clock'].map((name) => `export * from './${name}.ts';`);
  await build({
    stdin: { contents: parts.join('\n'), resolveDir: join(root, 'apps/satellite/src'), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['checkstack-source'],
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
