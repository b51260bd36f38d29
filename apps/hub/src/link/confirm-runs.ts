import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { Sockets } from './sockets.js';

/** Where a target begins to fail at one location, the satellites of the others that are connected here look at once. */
@Injectable()
export class ConfirmRuns implements OnApplicationShutdown {
  private readonly logger = new Logger('link');
  private readonly onsets: Subscription;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sockets: Sockets,
    notices: Notices,
  ) {
    this.onsets = notices.on('onset').subscribe(({ slices }) => {
      // The schedule finds it out as well, later.
      this.ask(slices).catch((error: Error) => this.logger.debug(`Confirm runs were not asked for: ${error.message}`));
    });
  }

  onApplicationShutdown(): void {
    this.onsets.unsubscribe();
  }

  private async ask(onsets: number[]): Promise<void> {
    if (this.sockets.all().length === 0) return;
    const others = await this.dataSource.query<{ slice: string; satelliteId: string }[]>(
      `SELECT DISTINCT other.id AS slice, p.satellite_id AS "satelliteId"
       FROM slices s
       JOIN assignments a ON a.id = s.assignment_id AND a.enabled AND a.confirm
       JOIN checks c ON c.id = a.check_id AND NOT c.paused
       JOIN slices other ON other.assignment_id = s.assignment_id AND other.number <> ALL($1)
         AND other.environment_id IS NOT DISTINCT FROM s.environment_id AND other.retired_at IS NULL
       JOIN placements p ON p.slice_number = other.number AND p.ended_at IS NULL
       WHERE s.number = ANY($1)`,
      [onsets],
    );
    for (const { slice, satelliteId } of others) {
      const socket = this.sockets.get(satelliteId);
      if (socket?.features.includes('confirm_run')) socket.send({ kind: 'confirmRun', slice });
    }
  }
}
