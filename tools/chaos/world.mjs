// The network under trial: a database, two hubs, satellites and a target on loopback, with a line between each two.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from './ask.mjs';
import { Catalog, loudSatellite, satelliteNames } from './catalog.mjs';
import { startDatabase } from './database.mjs';
import { Line } from './line.mjs';
import { Operator } from './operator.mjs';
import { Part } from './part.mjs';
import { startTarget } from './target.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const administrator = { email: 'ada@example.org', password: 'correct horse battery' };
const startPatienceMs = 60_000;

export class World {
  hubs = [];
  satellites = [];

  static async begin(home) {
    const world = new World();
    world.home = home;
    // Whatever is frozen would stay for ever.
    process.once('exit', () => world.#abandon());
    try {
      await world.#begin();
      return world;
    } catch (error) {
      await world.end();
      throw error;
    }
  }

  async #begin() {
    const databaseLog = createWriteStream(join(this.home, 'database.log'));
    this.database = await startDatabase(this.#folder('database'), (line) => databaseLog.write(`${line}\n`));
    this.target = await startTarget();
    const key = randomBytes(32).toString('hex');
    for (const name of ['Hub A', 'Hub B']) this.hubs.push(await this.#hub(name, key));
    // The first one makes the tables and the administrator.
    for (const hub of this.hubs) {
      hub.part.start();
      await isReady(hub.address);
    }
    const operator = new Operator(
      this.hubs.map(({ address }) => address),
      administrator,
    );
    this.catalog = new Catalog(operator, this.target);
    const tokens = await this.catalog.provision();
    for (const name of satelliteNames) this.satellites.push(await this.#satellite(name, tokens[name]));
    for (const { part } of this.satellites) part.start();
  }

  get parts() {
    return [...this.hubs, ...this.satellites].map(({ part }) => part);
  }

  get lines() {
    return [...this.hubs, ...this.satellites].map(({ line }) => line);
  }

  async end() {
    for (const line of this.lines) line.release();
    await Promise.all(this.satellites.map(({ part }) => part.end('SIGTERM')));
    await Promise.all(this.hubs.map(({ part }) => part.end('SIGTERM')));
    await this.database?.stop();
    this.database = undefined;
    this.target?.close();
    await Promise.all(this.lines.map((line) => line.close()));
  }

  #abandon() {
    for (const part of this.parts) part.signal('SIGKILL');
    this.database?.abandon();
  }

  async #hub(name, key) {
    const line = await new Line(() => this.database.port).open();
    const databaseUrl = new URL(this.database.url);
    databaseUrl.port = String(line.port);
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const cwd = this.#folder(name);
    const env = {
      PORT: String(port),
      HOST: '127.0.0.1',
      BASE_URL: address,
      DATABASE_URL: databaseUrl.href,
      ENCRYPTION_MASTER_KEY: key,
      CHECKSTACK_DATA_DIR: cwd,
      CHECKSTACK_LOCAL_SATELLITE: 'off',
      CHECKSTACK_ADMIN_EMAIL: administrator.email,
      CHECKSTACK_ADMIN_PASSWORD: administrator.password,
    };
    const settings = () => ({ args: [join(root, 'apps/hub/dist/main.js')], env, cwd });
    return { name, address, line, port, part: new Part(name, settings, join(this.home, `${name}.log`)) };
  }

  async #satellite(name, { id, token }) {
    let turn = 0;
    const line = await new Line(() => this.hubs[turn++ % this.hubs.length].port).open();
    const healthPort = await freePort();
    const cwd = this.#folder(name);
    const satellite = { name, id, line, tokens: [token], healthUrl: `http://127.0.0.1:${healthPort}/healthz` };
    const settings = () => ({
      args: [join(root, 'apps/satellite/dist/satellite.mjs')],
      cwd,
      env: {
        CHECKSTACK_HUB_URL: `http://127.0.0.1:${line.port}`,
        CHECKSTACK_TOKEN: satellite.tokens.join(','),
        CHECKSTACK_DATA_DIR: cwd,
        CHECKSTACK_HEALTH_PORT: String(healthPort),
        ...(name === loudSatellite && { CHECKSTACK_SPOOL_MAX_BYTES: '1048576' }),
      },
    });
    satellite.part = new Part(name, settings, join(this.home, `${name}.log`));
    return satellite;
  }

  #folder(name) {
    const path = join(this.home, name);
    mkdirSync(path);
    return path;
  }
}

export async function isReady(address) {
  for (const until = performance.now() + startPatienceMs; performance.now() < until; await delay(200)) {
    const answer = await ask(`${address}/readyz`, 2_000).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`The hub at ${address} is not ready after ${startPatienceMs / 1000} s.`);
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
