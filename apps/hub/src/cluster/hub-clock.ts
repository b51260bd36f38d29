import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { bestOf, withSample, type ClockSample } from './clock-sample.js';

const measureEveryMs = 5_000;

/** Hub time is the database's clock, the same for every replica. It is measured now and then, not asked for by each reader. */
@Injectable()
export class HubClock implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('cluster');
  private samples: ClockSample[] = [];
  private offsetMs = Date.now() - performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.measure();
    this.timer = setInterval(() => {
      // An old offset serves until the database is back.
      this.measure().catch((error: Error) => this.logger.debug(`The clock was not measured: ${error.message}`));
    }, measureEveryMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Unix milliseconds. */
  now(): number {
    return Math.round(performance.now() + this.offsetMs);
  }

  private async measure(): Promise<void> {
    const before = performance.now();
    const [row] = await this.dataSource.query<[{ ms: number }]>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    const after = performance.now();
    this.samples = withSample(this.samples, {
      offsetMs: row.ms - (before + after) / 2,
      roundTripMs: after - before,
    });
    this.offsetMs = bestOf(this.samples)?.offsetMs ?? this.offsetMs;
  }
}
