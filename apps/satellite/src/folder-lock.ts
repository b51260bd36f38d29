// One satellite at a time on a data folder: two would read and drop each other's results. The lock is a listening
// socket, which the kernel closes however its holder ends.
import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from './startup-error.js';

/** An older process may still be saying goodbye. */
const patienceMs = 10_000;
const askAgainMs = 100;
/** The system's limit for the name of a socket is 104 bytes or a little more. */
const longestPath = 100;

/** Takes the lock, and answers how to release it. Throws StartupError when another process keeps it. */
export async function lockFolder(folder: string, waitMs = patienceMs): Promise<() => Promise<void>> {
  const inside = join(await realpath(folder), 'satellite.lock');
  const digest = createHash('sha256').update(inside).digest('hex').slice(0, 16);
  const isShort = Buffer.byteLength(inside) < longestPath;
  const server =
    (isShort ? await lock(inside, folder, waitMs) : null) ??
    // On a full or read-only disk the satellite runs, too.
    (await lock(join(tmpdir(), `checkstack-${digest}.lock`), folder, waitMs));
  if (server === null) throw new StartupError(`The data folder ${folder} cannot be locked.`);
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** null: there is no place for a lock at this path. */
async function lock(path: string, folder: string, waitMs: number): Promise<Server | null> {
  const until = performance.now() + waitMs;
  for (;;) {
    const trouble = await listen(path);
    if (typeof trouble !== 'string') return trouble;
    if (trouble === 'EACCES' || trouble === 'EPERM')
      throw new StartupError(`The data folder ${folder} cannot be written: ${trouble}`);
    if (trouble !== 'EADDRINUSE') return null;
    if (!(await isHeld(path))) await rm(path, { force: true });
    else if (performance.now() < until) await delay(askAgainMs);
    else throw new StartupError(`Another satellite is running on the data folder ${folder}.`);
  }
}

/** The listening server, or the code of the error. */
function listen(path: string): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
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
