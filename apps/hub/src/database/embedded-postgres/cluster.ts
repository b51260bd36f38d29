// The database's files: `<data folder>/postgres` holds the cluster and the password of its one user.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../../startup-error.js';
import { accountFor, launch, type Account } from './account.js';
import type { Binaries } from './binaries.js';
import { readLines } from './lines.js';

export const SUPERUSER = 'checkstack';

export interface Cluster {
  /** PostgreSQL's own data folder. */
  folder: string;
  password: string;
  account: Account | undefined;
}

/** Opens the cluster below the data folder, making it at the first start. */
export async function openCluster(dataFolder: string, binaries: Binaries): Promise<Cluster> {
  const home = join(dataFolder, 'postgres');
  const folder = join(home, 'data');
  const account = await accountFor(folder);
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(notFound);
  if (version === undefined) await createCluster(home, binaries, account);
  else if (version.trim() !== binaries.major) {
    throw new StartupError(
      `The database in ${folder} was made by PostgreSQL ${version.trim()}, which PostgreSQL ${binaries.major} cannot open: start the version of Checkstack that made it, or set CHECKSTACK_DATA_DIR to a new folder.`,
    );
  } else if (account && (await stat(folder)).uid !== account.uid) {
    // A copy made by root, as a restore makes it.
    await promisify(execFile)('chown', ['-R', `${account.uid}:${account.gid}`, folder]);
  }
  const password = await readFile(join(home, 'password'), 'utf8').catch((cause: unknown) => {
    throw new StartupError(`The password of the embedded database, ${join(home, 'password')}, cannot be read.`, {
      cause,
    });
  });
  return { folder, password, account };
}

function notFound(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw new StartupError(`The embedded database cannot be read: ${error.message}.`, { cause: error });
  }
}

/** Everything happens in a folder of its own that gets its name last, so that an interrupted start leaves no half. */
async function createCluster(home: string, binaries: Binaries, account: Account | undefined): Promise<void> {
  const draft = `${home}.new`;
  const folder = join(draft, 'data');
  const firstPassword = join(draft, 'first-password');
  const password = randomBytes(24).toString('base64url');
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o711 });
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(draft, 'password'), password, { mode: 0o600 });
    await writeFile(firstPassword, password, { mode: 0o600 });
    if (account) for (const path of [folder, firstPassword]) await chown(path, account.uid, account.gid);
    await initialise(folder, firstPassword, binaries, account);
    await rm(firstPassword);
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error instanceof StartupError ? error : creationError(home, error as Error);
  }
}

async function initialise(
  folder: string,
  passwordFile: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<void> {
  const child = await launch({
    program: binaries.initdb,
    args: [
      ...['--pgdata', folder, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      // The built-in C.UTF-8 sorts and folds the same on every machine, whatever its locales or ICU.
      ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ],
    account,
    paths: [folder],
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaints: string[] = [];
  readLines(child.stderr, (line) => complaints.push(line));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(complaints.join('; ') || `initdb ended with ${String(code)}`));
    });
  });
}

function creationError(home: string, cause: Error): StartupError {
  const isFull =
    (cause as NodeJS.ErrnoException).code === 'ENOSPC' || /No space left|quota exceeded/i.test(cause.message);
  const sentence = isFull
    ? `The disk is full: there is no room for the embedded database in ${home}.`
    : `The embedded database cannot be created in ${home}: ${cause.message}.`;
  return new StartupError(sentence, { cause });
}
