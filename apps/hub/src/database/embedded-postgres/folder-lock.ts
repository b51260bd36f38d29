// One hub at a time on a data folder. The lock is a listening socket: the kernel lets go of it when its holder dies,
// however it dies, and no process id can be mistaken for another.
import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '../../startup-error.js';

/** Takes the lock and answers how to release it; throws a StartupError that names the holder. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const server = (await tryListen(join(folder, 'hub.lock'), folder)) ?? (await tryListen(fallbackPath(folder), folder));
  if (!server) throw new StartupError(`The data folder ${folder} cannot be locked.`);
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** For folders whose path is too long for a socket, and file systems that have none. */
function fallbackPath(folder: string): string {
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return join(tmpdir(), `checkstack-${digest}.lock`);
}

async function tryListen(path: string, folder: string): Promise<Server | undefined> {
  for (;;) {
    const outcome = await listen(path);
    if (typeof outcome !== 'string') return outcome;
    if (outcome !== 'EADDRINUSE') return undefined;
    const holder = await askHolder(path);
    if (holder !== undefined) {
      throw new StartupError(
        `Another Checkstack hub (process ${holder}) is already running on the data folder ${folder}.`,
      );
    }
    rmSync(path, { force: true });
  }
}

function listen(path: string): Promise<Server | string> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end(String(process.pid)));
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ path, readableAll: false }, () => resolve(server));
  });
}

/** The holder's process id, or `undefined` when nobody listens any more. */
function askHolder(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = createConnection(path);
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    // A frozen holder accepts (the kernel does) but does not answer: it still holds the lock.
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'ECONNREFUSED' || code === 'ENOENT' ? undefined : 'of another user');
    });
    socket.once('connect', () => socket.once('close', () => resolve(answer || 'unknown')));
  });
}
