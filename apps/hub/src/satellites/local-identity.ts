import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hubActor } from '../actor.js';
import { Config } from '../config.js';
import { Edits } from '../edits/edits.service.js';
import { Enrolments } from './enrolments.service.js';
import { Locations } from './locations.service.js';
import { Placements } from './placements.service.js';
import { Satellites } from './satellites.service.js';

/** Who the satellite beside this hub is: enrolled once for each data folder, its token in a file of that folder. */
@Injectable()
export class LocalIdentity {
  readonly folder: string;
  readonly tokenFile: string;

  constructor(
    config: Config,
    private readonly edits: Edits,
    private readonly enrolments: Enrolments,
    private readonly locations: Locations,
    private readonly placements: Placements,
    private readonly satellites: Satellites,
  ) {
    this.folder = join(config.dataDir, 'satellite');
    this.tokenFile = join(this.folder, 'token');
  }

  /** Sees to it that the token file opens this hub's link. */
  async ensure(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (await this.isKnown()) return;
    await this.edits.run(async (manager) => {
      await this.placements.lock(manager);
      // Another hub with this folder may have been faster.
      if (await this.isKnown()) return;
      const { token } = await this.enrolments.add(
        manager,
        {
          name: await freeName(manager),
          locationId: await this.locations.named(manager, 'local', hubActor),
          tags: [],
          local: true,
          offlineToleranceSeconds: 45,
        },
        hubActor,
      );
      // Before the commit: a token without its row is made anew at the next start, a row without its token never ends.
      await writeFile(`${this.tokenFile}.new`, token, { mode: 0o600 });
      await rename(`${this.tokenFile}.new`, this.tokenFile);
    });
  }

  private async isKnown(): Promise<boolean> {
    try {
      const token = (await readFile(this.tokenFile, 'utf8')).trim();
      await chmod(this.tokenFile, 0o600);
      return (await this.satellites.authenticate(token)) !== null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}

async function freeName(manager: EntityManager): Promise<string> {
  const rows = await manager.query<{ name: string }[]>(
    `SELECT lower(name) AS name FROM satellites WHERE lower(name) ~ '^local(-\\d+)?$'`,
  );
  const taken = new Set(rows.map(({ name }) => name));
  let name = 'local';
  for (let number = 2; taken.has(name); number++) name = `local-${number}`;
  return name;
}
