// Where one run of a bench takes place: a folder, a database, and processes that all end with it.
import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../apps/hub/dist/database/embedded-postgres.js';
import { Operator } from '../../chaos/operator.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const administrator = { email: 'ada@example.org', password: 'correct horse battery' };
const readyPatienceMs = 120_000;
const stopPatienceMs = 40_000;

export class Stage {
  home = mkdtempSync(join(tmpdir(), 'checkstack-bench-'));
  #parts = [];
  #databases = [];
  #abandon = () => {
    for (const { child } of this.#parts) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  };

  constructor(profileFolder) {
    this.profileFolder = profileFolder;
    // Whatever happens to this process, nothing stays behind.
    process.once('exit', this.#abandon);
  }

  folder(name) {
    const path = join(this.home, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** The embedded PostgreSQL with the product's own settings, as the hub starts it. */
  async database(name = 'database') {
    const dataDir = this.folder(name);
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
    pool.on('error', () => undefined);
    const { rows } = await pool.query("SELECT current_setting('server_version') AS version");
    this.postgresVersion = rows[0].version;
    const pidFile = readdirSync(dataDir, { recursive: true }).find((name) => name.endsWith('postmaster.pid'));
    const database = {
      url: postgres.url,
      pool,
      pid: Number(readFileSync(join(dataDir, pidFile), 'utf8').split('\n', 1)[0]),
      async end() {
        await pool.end();
        await postgres.stop();
      },
    };
    this.#databases.push(database);
    return database;
  }

  /** A built hub on its own port; resolves when it is ready. */
  async hub(database, { args = [], env: more = {} } = {}) {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const data = this.folder('hub');
    const env = {
      PORT: String(port),
      HOST: '127.0.0.1',
      BASE_URL: address,
      DATABASE_URL: database.url,
      ENCRYPTION_MASTER_KEY: randomBytes(32).toString('hex'),
      CHECKSTACK_DATA_DIR: data,
      CHECKSTACK_LOCAL_SATELLITE: 'off',
      CHECKSTACK_ADMIN_EMAIL: administrator.email,
      CHECKSTACK_ADMIN_PASSWORD: administrator.password,
      LOG_LEVEL: 'warn',
      ...more,
    };
    const start = () => this.program('hub', join(root, 'apps/hub/dist/main.js'), { args, env, cwd: data });
    let part = start();
    const hub = {
      address,
      operator: new Operator([address], administrator),
      get pid() {
        return part.child.pid;
      },
      isReady: () => isReady(address, part),
      /** Of a new session, for what the operator does not speak. */
      cookie: () => signIn(address),
      /** SIGTERM, and a new process at the same address; resolves when the old one is gone. */
      async restart() {
        await part.stop();
        part = start();
      },
      stop: () => part.stop(),
    };
    await hub.isReady();
    return hub;
  }

  satellite({ hubUrl, token }) {
    const cwd = this.folder('satellite');
    const env = { CHECKSTACK_HUB_URL: hubUrl, CHECKSTACK_TOKEN: token, CHECKSTACK_DATA_DIR: cwd };
    return this.program('satellite', join(root, 'apps/satellite/dist/satellite.mjs'), { cwd, env });
  }

  /** A Node program of the product, measured: nothing of ours runs in it. */
  program(name, path, { args = [], env, cwd }) {
    const profiling = this.profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${this.profileFolder}/${name}`] : [];
    return this.command(name, process.execPath, [...profiling, path, ...args], { env, cwd });
  }

  command(name, file, args, { env = {}, cwd = this.home } = {}) {
    const log = openSync(join(this.home, `${name}.log`), 'a');
    const child = spawn(file, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    return this.#track(name, child);
  }

  /** One of our own helpers, told and heard over IPC; it ends when we do. */
  helper(file, argument) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
    child.send(argument);
    const part = this.#track(file, child);
    return {
      pid: child.pid,
      /** The helper's answer to a question; rejects when it fails or ends. */
      ask: (question) => asked(child, question),
      told: (name, listener) => child.on('message', (message) => message.told === name && listener(message)),
      stop: () => part.stop(),
    };
  }

  async end() {
    await Promise.all(this.#parts.map((part) => part.stop()));
    for (const database of this.#databases) await database.end();
    process.off('exit', this.#abandon);
    rmSync(this.home, { recursive: true, force: true });
  }

  #track(name, child) {
    const ended = once(child, 'exit');
    ended.catch(() => undefined);
    const part = {
      name,
      child,
      get pid() {
        return child.pid;
      },
      get hasEnded() {
        return child.exitCode !== null || child.signalCode !== null;
      },
      async stop() {
        if (part.hasEnded) return;
        child.kill('SIGTERM');
        const patience = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
        await ended;
        clearTimeout(patience);
      },
    };
    this.#parts.push(part);
    return part;
  }
}

let questions = 0;

function asked(child, question) {
  const number = ++questions;
  return new Promise((resolve, reject) => {
    const settle = (act) => {
      child.off('message', onMessage).off('exit', onExit);
      act();
    };
    const onMessage = (message) => {
      if (message.answers !== number) return;
      settle(() => (message.failure ? reject(new Error(message.failure)) : resolve(message.answer)));
    };
    const onExit = () => settle(() => reject(new Error(`A helper ended before it answered ${question.do}.`)));
    child.on('message', onMessage).on('exit', onExit);
    child.send({ number, ...question });
  });
}

async function signIn(address) {
  const answer = await fetch(`${address}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'password', input: administrator }),
  });
  if (!answer.ok) throw new Error(`The administrator cannot sign in: ${await answer.text()}`);
  return answer.headers.get('set-cookie').split(';')[0];
}

async function isReady(address, part) {
  for (const until = performance.now() + readyPatienceMs; performance.now() < until; await delay(50)) {
    if (part.hasEnded) throw new Error('The hub ended before it was ready.');
    const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`The hub is not ready after ${readyPatienceMs / 1000} s.`);
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
