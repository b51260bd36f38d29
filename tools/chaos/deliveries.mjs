// Kills hubs with -9 in the middle of thousands of deliveries, then proves that each was attempted, that none counts twice where
// repeats are recognised, and that none came more than once too often where they are not.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { startDatabase } from './database.mjs';
import { Operator } from './operator.mjs';
import { Part } from './part.mjs';
import { freePort, isReady } from './world.mjs';

const usage = 'Usage: npm run chaos -- deliveries [--count 10000] [--kills 12]';
const hubProgram = fileURLToPath(new URL('../../apps/hub/dist/main.js', import.meta.url));
const administrator = { email: 'ada@example.org', password: 'correct horse battery' };
/** One in so many goes by mail, which recognises no repeat. */
const mailShare = 10;
const answerWithinMs = 40;
const endPatienceMs = 180_000;
const shownProblems = 12;

const say = (line) => console.log(line);

/** undefined: they make no sense. */
function readArguments() {
  try {
    const options = { count: { type: 'string', default: '10000' }, kills: { type: 'string', default: '12' } };
    const { values } = parseArgs({ allowPositionals: true, options });
    const [count, kills] = [Number(values.count), Number(values.kills)];
    return count >= mailShare && Number.isInteger(count) && kills > 0 ? { count, kills } : undefined;
  } catch {
    return undefined;
  }
}

/** A webhook that counts what arrives under each key. */
async function startWebhook() {
  const arrivals = new Map();
  const server = createServer((request, response) => {
    const key = request.headers['idempotency-key'];
    request.resume();
    request.on('end', () => {
      arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
      setTimeout(() => response.writeHead(200).end(), Math.random() * answerWithinMs);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { arrivals, port: server.address().port, close: () => (server.close(), server.closeAllConnections()) };
}

/** A mail server that counts what it took of each delivery. */
async function startMailbox() {
  const arrivals = new Map();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData(stream, _session, done) {
      let raw = '';
      stream.on('data', (chunk) => (raw += chunk));
      stream.on('end', () => {
        const id = /^Message-ID: <([^@>]+)@/m.exec(raw)?.[1];
        arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
        setTimeout(done, Math.random() * answerWithinMs);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { arrivals, port: server.server.address().port, close: () => server.close() };
}

async function startHubs(home, databaseUrl) {
  const key = randomBytes(32).toString('hex');
  const hubs = [];
  for (const name of ['Hub A', 'Hub B']) {
    const cwd = join(home, name);
    mkdirSync(cwd);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const env = {
      PORT: String(port),
      HOST: '127.0.0.1',
      BASE_URL: address,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_MASTER_KEY: key,
      CHECKSTACK_DATA_DIR: cwd,
      CHECKSTACK_LOCAL_SATELLITE: 'off',
      CHECKSTACK_ALLOWED_TARGETS: '127.0.0.1',
      CHECKSTACK_ADMIN_EMAIL: administrator.email,
      CHECKSTACK_ADMIN_PASSWORD: administrator.password,
    };
    const part = new Part(name, () => ({ args: [hubProgram], env, cwd }), join(home, `${name}.log`));
    part.start();
    await isReady(address);
    hubs.push({ address, part });
  }
  return hubs;
}

/** Channels over REST, then the deliveries of a very busy minute by SQL. */
async function provision(hubs, pool, { webhook, mailbox, count }) {
  const operator = new Operator(
    hubs.map(({ address }) => address),
    administrator,
  );
  const channels = [
    { name: 'Webhook', kind: 'webhook', config: { url: `http://127.0.0.1:${webhook.port}/` }, address: {} },
    {
      name: 'Mail',
      kind: 'mail',
      config: { host: '127.0.0.1', port: mailbox.port, security: 'none', from: 'alerts@example.org' },
      address: { email: 'ada@example.org' },
    },
  ];
  const byMail = Math.floor(count / mailShare);
  for (const [index, { address, ...given }] of channels.entries()) {
    const channel = await operator.call('POST', '/channels', given);
    const { id } = await operator.call('POST', '/destinations', { channelId: channel.id, address });
    const message = {
      family: 'platform',
      importance: 'info',
      event: { type: 'platform', what: 'trial' },
      title: 'A message',
      body: 'One of **many**.',
      fields: [],
      subjects: [],
      action: null,
      at: new Date().toISOString(),
      collapseKey: 'trial',
    };
    await pool.query(
      `INSERT INTO deliveries (lane_id, channel_id, destination_id, lane_name, message, thread, due_at, give_up_at)
       SELECT $1, $1, $2, $3, $4, $3 || n, now(), now() + interval '1 day' FROM generate_series(1, $5::int) n`,
      [channel.id, id, given.name, message, index === 0 ? count - byMail : byMail],
    );
  }
}

async function isOver(pool) {
  for (const until = performance.now() + endPatienceMs; performance.now() < until; await delay(500)) {
    const { rows } = await pool.query(
      `SELECT count(*)::int AS count FROM deliveries WHERE state IN ('waiting', 'sending')`,
    );
    if (rows[0].count === 0) return;
  }
  say(`Not every delivery came to an end within ${endPatienceMs / 1000} s.`);
}

/** What is wrong, a sentence each. */
async function judge(pool, webhook, mailbox) {
  const problems = [];
  const { rows } = await pool.query(
    `SELECT d.id, d.lane_name AS by, d.state, (SELECT count(*)::int FROM delivery_attempts WHERE delivery_id = d.id) AS attempts
     FROM deliveries d`,
  );
  for (const { id, by, state, attempts } of rows) {
    const arrived = (by === 'Mail' ? mailbox : webhook).arrivals.get(id) ?? 0;
    if (attempts === 0 || (arrived === 0 && state === 'sent'))
      problems.push(`${by} ${id} is ${state} and never arrived`);
    if (by === 'Mail' && arrived > 2) problems.push(`mail ${id} came ${arrived} times`);
    if (state !== 'sent' && !(by === 'Mail' && state === 'dead')) problems.push(`${by} ${id} is ${state}`);
    if (arrived > attempts) problems.push(`${by} ${id} arrived ${arrived} times in ${attempts} attempts`);
  }
  // Under one key a receiver takes it once: what must not be is a key that no delivery has.
  const known = new Set(rows.map(({ id }) => id));
  for (const key of webhook.arrivals.keys())
    if (!known.has(key)) problems.push(`the webhook was sent the unknown key ${key}`);
  return { problems, total: rows.length };
}

async function trial(home, { count, kills }) {
  mkdirSync(join(home, 'database'));
  const database = await startDatabase(join(home, 'database'), () => undefined);
  const [webhook, mailbox] = [await startWebhook(), await startMailbox()];
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  const hubs = await startHubs(home, database.url);
  const abandon = () => {
    for (const { part } of hubs) part.signal('SIGKILL');
    database.abandon();
  };
  process.once('exit', abandon);
  try {
    await provision(hubs, pool, { webhook, mailbox, count });
    for (let kill = 0; kill < kills; kill++) {
      const { address, part } = hubs[kill % hubs.length];
      await isReady(address);
      await delay(200 + Math.random() * 800);
      await part.killedFor(300);
    }
    const { rows } = await pool.query(
      `SELECT count(*)::int AS count FROM deliveries WHERE state IN ('waiting', 'sending')`,
    );
    say(`${kills} kills, ${rows[0].count} of ${count} deliveries still to go`);
    await isOver(pool);
    const { problems, total } = await judge(pool, webhook, mailbox);
    const { rows: lost } = await pool.query(
      `SELECT count(*)::int AS count FROM delivery_attempts WHERE outcome = 'lost'`,
    );
    const repeats = (arrivals) => [...arrivals.values()].filter((times) => times > 1).length;
    for (const problem of problems.slice(0, shownProblems)) say(problem);
    say(
      `${total} deliveries, ${lost[0].count} attempts lost with their hub, ${repeats(webhook.arrivals)} keys came again to the webhook, ` +
        `${repeats(mailbox.arrivals)} mails came twice, ${problems.length} problems`,
    );
    if (lost[0].count === 0) say('never happened: an attempt that was lost with its hub');
    return problems.length === 0 && lost[0].count > 0;
  } finally {
    process.off('exit', abandon);
    await Promise.all(hubs.map(({ part }) => part.end('SIGTERM')));
    await pool.end();
    webhook.close();
    mailbox.close();
    await database.stop();
  }
}

const options = readArguments();
if (options === undefined) {
  console.error(usage);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const home = mkdtempSync(join(tmpdir(), 'checkstack-chaos-'));
say(`Logs in ${home}`);
const isWell = await trial(home, options);
if (isWell) rmSync(home, { recursive: true, force: true });
process.exitCode = isWell ? 0 : 1;
