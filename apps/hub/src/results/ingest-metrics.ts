import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Metrics } from '../operation/metrics.js';
import type { Stored } from './result-store.js';

/** What ingest does, for Prometheus. */
@Injectable()
export class IngestMetrics {
  private readonly results: Counter<'outcome'>;
  private readonly seconds: Histogram;

  constructor(private readonly metrics: Metrics) {
    const registers = [metrics.registry];
    this.results = new Counter({
      name: 'checkstack_results_total',
      help: 'Results that satellites shipped to this process: stored, doubled (stored before), refused',
      labelNames: ['outcome'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'checkstack_ingest_group_seconds',
      help: 'Time to store a group of results in one transaction',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
  }

  watchWaiting(count: () => number): void {
    new Gauge({
      name: 'checkstack_ingest_waiting_results',
      help: 'Results that wait for the next transaction',
      registers: [this.metrics.registry],
      collect() {
        this.set(count());
      },
    });
  }

  stored({ rows, doubled, refused }: Stored, tookMs: number): void {
    this.seconds.observe(tookMs / 1000);
    this.results.inc({ outcome: 'stored' }, rows.length);
    this.results.inc({ outcome: 'doubled' }, doubled);
    this.results.inc({ outcome: 'refused' }, refused);
  }
}
