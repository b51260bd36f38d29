import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The satellite's program in one file, as it was built beside this hub. */
export const satelliteBundlePath = fileURLToPath(new URL('../../../satellite/dist/satellite.mjs', import.meta.url));

/** SHA-256 in hex of the program that is served now; null when it was not built. */
export async function satelliteBundleHash(): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(satelliteBundlePath))
      .digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
