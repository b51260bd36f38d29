// PostgreSQL refuses to run as root, so root lends it another account; everybody else runs it as they are.
import { execFileSync, spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { StartupError } from '../../startup-error.js';

export interface Account {
  uid: number;
  gid: number;
}

const ROOT = 0;
const OTHERS_MAY_ENTER = 0o001;
const OWNER_MAY_ENTER = 0o100;

/** The account that PostgreSQL runs under, or `undefined` for our own; the owner of an existing database keeps it. */
export async function accountFor(databaseFolder: string): Promise<Account | undefined> {
  const owner = await stat(databaseFolder).catch(() => undefined);
  if (process.getuid?.() !== ROOT) {
    if (owner && process.getuid && owner.uid !== process.getuid()) {
      throw new StartupError(
        `The database in ${databaseFolder} belongs to user id ${owner.uid}: start Checkstack as that user or as root.`,
      );
    }
    if (!hasName()) {
      throw new StartupError(
        `PostgreSQL does not run as a user without a name, and user id ${process.getuid?.()} has none: give it a line in /etc/passwd, start Checkstack as another user or as root, or set DATABASE_URL.`,
      );
    }
    return undefined;
  }
  if (owner && owner.uid !== ROOT) return { uid: owner.uid, gid: owner.gid };
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid && gid) return { uid, gid };
  }
  throw new StartupError(
    'PostgreSQL does not run as root and there is no user “postgres” or “nobody” to lend: start Checkstack as an ordinary user, or set DATABASE_URL.',
  );
}

/** initdb and the server look their own user up; containers are often given a number that nobody wrote down. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function idOf(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }));
  } catch {
    return undefined;
  }
}

export interface Launch {
  program: string;
  args: string[];
  account: Account | undefined;
  /** Files and folders the account must be able to reach. */
  paths: string[];
  stdio: StdioOptions;
}

/**
 * Starts one of PostgreSQL's programs so that it ends with us even when we are killed, where the system can do that,
 * and so that a Ctrl-C meant for us does not reach it first.
 */
export async function launch({ program, args, account, paths, stdio }: Launch): Promise<ChildProcess> {
  // Nothing of our environment is meant for PostgreSQL; a PGPORT or PGOPTIONS in it would change what it does.
  const options = { stdio, detached: true, env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, cwd: '/' };
  const barrier = account && (await closedFolder(account, [program, ...paths]));
  if (hasSetpriv()) {
    const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
    // Below a private folder (a checkout in root's home) the account gets one capability: to walk through folders.
    // PostgreSQL looks for its own files with access(2), which respects capabilities only under this secure bit.
    const passage = barrier
      ? ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search', '--securebits=+no_setuid_fixup']
      : [];
    return spawn('setpriv', [...identity, ...passage, '--pdeathsig=INT', '--', program, ...args], options);
  }
  if (barrier) {
    throw new StartupError(
      `PostgreSQL runs as user id ${account.uid}, which may not enter ${barrier}: move Checkstack out of that folder, start it as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return spawn(program, args, { ...options, ...account });
}

let setprivWorks: boolean | undefined;

/** setpriv comes with util-linux; versions before 2.33 lack the option. */
function hasSetpriv(): boolean {
  setprivWorks ??= spawnSync('setpriv', ['--pdeathsig=INT', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return setprivWorks;
}

/** The first folder on the way to the paths that the account may not enter. */
async function closedFolder(account: Account, paths: string[]): Promise<string | undefined> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(resolve(path)); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  }
  for (const folder of folders) {
    const { mode, uid } = await stat(folder);
    const needed = uid === account.uid ? OWNER_MAY_ENTER : OTHERS_MAY_ENTER;
    if ((mode & needed) === 0) return folder;
  }
  return undefined;
}
