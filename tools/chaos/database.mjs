// The hub's own embedded PostgreSQL, run by the harness, with its processes within reach.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../apps/hub/dist/database/embedded-postgres.js';

export async function startDatabase(dataDir, log) {
  let trouble;
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log,
    settings: { max_connections: 120 },
    onGone: (error) => (trouble = error),
  });
  const pidFile = findPidFile(dataDir);
  const postmaster = () => Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);

  function signalAll(signal) {
    const main = postmaster();
    for (const pid of [main, ...childrenOf(main)]) send(pid, signal);
  }
  /** Between two lives there is no file. */
  async function isUp() {
    while (!existsSync(pidFile)) await delay(50);
  }
  return {
    url: postgres.url,
    port: Number(new URL(postgres.url).port),
    get trouble() {
      return trouble;
    },
    async kill() {
      await isUp();
      send(postmaster(), 'SIGKILL');
    },
    /** A fast shutdown; the server is started again at once. */
    async restart() {
      await isUp();
      send(postmaster(), 'SIGINT');
    },
    async frozenFor(ms) {
      await isUp();
      signalAll('SIGSTOP');
      await delay(ms);
      signalAll('SIGCONT');
    },
    stop: () => postgres.stop(),
    abandon: () => existsSync(pidFile) && signalAll('SIGKILL'),
  };
}

function findPidFile(folder) {
  const found = readdirSync(folder, { recursive: true }).find((name) => name.endsWith('postmaster.pid'));
  return join(folder, found);
}

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid) {
  try {
    // The name in brackets may hold anything; the parent is the second word after it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
