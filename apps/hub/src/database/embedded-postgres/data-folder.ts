import { access, constants, mkdir } from 'node:fs/promises';
import { StartupError } from '../../startup-error.js';

/** Makes the data folder when it is missing; throws a StartupError when nothing can be written there. */
export async function openDataFolder(folder: string): Promise<void> {
  try {
    // Others may pass (as root, PostgreSQL runs under another account) but see nothing: each file guards itself.
    await mkdir(folder, { recursive: true, mode: 0o711 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartupError(`The data folder ${folder} cannot be written: ${reason(cause)}.`, { cause });
  }
}

function reason(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied (set CHECKSTACK_DATA_DIR to a folder you own)';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in its place';
    default:
      return (cause as Error).message;
  }
}
