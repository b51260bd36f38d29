import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { HubProblem } from '../problems.js';
import { hubVersion } from '../version.js';

export interface Bundle {
  /** Hexadecimal. */
  sha256: string;
  version: string;
  /** The file, for a satellite beside the hub. */
  path: string;
  content: Buffer;
}

/** The satellite's program as one file, which this hub serves and whose hash the enrolment command checks. */
@Injectable()
export class SatelliteBundle {
  private known: (Bundle & { writtenAt: number }) | undefined;
  private readonly path = fileURLToPath(new URL('../../../satellite/dist/satellite.mjs', import.meta.url));

  /** Throws `unavailable` when it was not built. */
  async read(): Promise<Bundle> {
    try {
      const writtenAt = (await stat(this.path)).mtimeMs;
      if (this.known?.writtenAt !== writtenAt) {
        const content = await readFile(this.path);
        const sha256 = createHash('sha256').update(content).digest('hex');
        this.known = { sha256, version: hubVersion, path: this.path, content, writtenAt };
      }
      return this.known;
    } catch (error) {
      throw new HubProblem('unavailable', {
        detail: 'The satellite’s program is not built here: run npm run build.',
        cause: error,
      });
    }
  }
}
