import type { SatelliteGauges } from '@checkstack/api';
import type { Gauges } from '@checkstack/link';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HubClock } from '../cluster/hub-clock.js';
import { Notices } from '../cluster/notices.js';
import { storable } from '../database/storable.js';
import { chunks } from '../health/state-notices.js';
import { Satellites } from '../satellites/satellites.service.js';

const storeEveryMs = 5_000;
const contestedForMs = 600_000;
const idsANotice = 180;

const contestedWarning =
  'Another machine connects with the token of this satellite: give each its own, or stop the other one.';

/** What heartbeats tell, stored for all satellites together every few seconds. */
@Injectable()
export class SignsOfLife implements OnApplicationShutdown {
  private readonly logger = new Logger('link');
  private readonly signs = new Map<string, { epoch: number; gauges: SatelliteGauges }>();
  private readonly contestedUntil = new Map<string, number>();
  private readonly timer = setInterval(() => {
    this.store().catch((error: Error) => this.logger.warn(`Gauges were not stored: ${error.message}`));
  }, storeEveryMs).unref();

  constructor(
    private readonly satellites: Satellites,
    private readonly notices: Notices,
    private readonly clock: HubClock,
  ) {}

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  note(id: string, epoch: number, gauges: Gauges): void {
    const isContested = (this.contestedUntil.get(id) ?? 0) > performance.now();
    // One that cannot be stored would keep all others from being stored too.
    const told = gauges.warnings.map(storable);
    const warnings = isContested ? [...told, contestedWarning] : told;
    this.signs.set(id, { epoch, gauges: { ...gauges, warnings, at: new Date(this.clock.now()).toISOString() } });
  }

  /** Warns of it with the satellite's gauges for a while. */
  contested(id: string): void {
    this.contestedUntil.set(id, performance.now() + contestedForMs);
  }

  private async store(): Promise<void> {
    const signs = [...this.signs].map(([id, sign]) => ({ id, ...sign }));
    this.signs.clear();
    if (signs.length === 0) return;
    await this.satellites.seen(signs);
    for (const ids of chunks(
      signs.map(({ id }) => id),
      idsANotice,
    ))
      await this.notices.publish('gauges', { ids });
  }
}
