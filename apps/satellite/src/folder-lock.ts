// One satellite at a time on a data folder: two would read and drop each other's results. The lock is a listening
// socket, which the kernel closes however its holder ends.
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from './startup-error.js';

/** An older process may still be saying goodbye. */
const patienceMs = 10_000;
const askAgainMs = 100;
/** The system's limit for the name of a socket is 104 bytes or a little more. */
const longestPath = 100;

/** Takes the lock for as long as this process lives. Throws StartupError when another process keeps it. */
export async function lockFolder(folder: string, waitMs = patienceMs): Promise<void> {
  const inside = join(await realpath(folder), 'satellite.lock');
  const digest = createHash('sha256').update(inside).digest('hex').slice(0, 16);
  if (Buffer.byteLength(inside) < longestPath && (await lock(inside, folder, waitMs))) return;
  // On a full or read-only disk the satellite runs, too.
  if (await lock(join(tmpdir(), `checkstack-${digest}.lock`), folder, waitMs)) return;
  throw new StartupError(`The data folder ${folder} cannot be locked.`);
}

/** false: there is no place for a lock at this path. */
async function lock(path: string, folder: string, waitMs: number): Promise<boolean> {
  const until = performance.now() + waitMs;
  for (;;) {
    const trouble = await listen(path);
    if (trouble === null) return true;
    if (trouble === 'EACCES' || trouble === 'EPERM')
      throw new StartupError(`The data folder ${folder} cannot be written: ${trouble}`);
    if (trouble !== 'EADDRINUSE') return false;
    if (!(await isHeld(path))) await rm(path, { force: true });
    else if (performance.now() < until) await delay(askAgainMs);
    else throw new StartupError(`Another satellite is running on the data folder ${folder}.`);
  }
}

/** null, or the code of the error. */
function listen(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ path }, () => {
      server.unref();
      resolve(null);
    });
  });
}

function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'));
  });
}
