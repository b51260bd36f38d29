import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';

/** What Prometheus reads from this one process; features register their own numbers in `registry`. */
@Injectable()
export class Metrics implements OnApplicationBootstrap {
  readonly registry = new Registry();

  /** Labelled by the route's pattern, never by the path that was asked: labels must stay few. */
  readonly requests = new Histogram({
    name: 'checkstack_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    collectDefaultMetrics({ register: this.registry });
    const pool = (this.dataSource.driver as unknown as { master: Pool }).master;
    new Gauge({
      name: 'checkstack_database_connections',
      help: 'Connections of this process to PostgreSQL, and callers waiting for one',
      labelNames: ['state'] as const,
      registers: [this.registry],
      collect() {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
  }
}
