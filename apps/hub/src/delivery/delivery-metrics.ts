import type { AttemptOutcome } from '@checkstack/plugin-sdk/runtime';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Counter, Gauge, Histogram } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from '../operation/metrics.js';

/** What leaves, for Prometheus. */
@Injectable()
export class DeliveryMetrics implements OnModuleInit {
  private readonly attempts: Counter<'kind' | 'outcome'>;
  private readonly seconds: Histogram<'kind'>;

  constructor(
    private readonly metrics: Metrics,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {
    const registers = [metrics.registry];
    this.attempts = new Counter({
      name: 'checkstack_delivery_attempts_total',
      help: 'Attempts of this process to send a delivery, by what came of them: sent, temporary, permanent',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'checkstack_delivery_attempt_seconds',
      help: 'Time that an attempt took',
      labelNames: ['kind'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    });
  }

  onModuleInit(): void {
    const { dataSource } = this;
    new Gauge({
      name: 'checkstack_deliveries',
      help: 'Deliveries of all replicas: waiting, sending, and dead within the last day',
      labelNames: ['state'],
      registers: [this.metrics.registry],
      async collect() {
        const [row] = await dataSource.query<[{ waiting: number; sending: number; dead: number }]>(
          `SELECT (SELECT count(*)::int FROM deliveries WHERE state = 'waiting') AS waiting,
             (SELECT count(*)::int FROM deliveries WHERE state = 'sending') AS sending,
             (SELECT count(*)::int FROM deliveries WHERE state = 'dead' AND ended_at > now() - interval '1 day') AS dead`,
        );
        for (const [state, count] of Object.entries(row)) this.set({ state }, count);
      },
    });
  }

  attempted(kind: string, { failure, durationMs }: AttemptOutcome): void {
    this.attempts.inc({ kind, outcome: failure?.kind ?? 'sent' });
    this.seconds.observe({ kind }, durationMs / 1000);
  }
}
