import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { IngestNotices } from './ingest-notices.js';
import { Ingest } from './ingest.js';
import { Partitions } from './partitions.js';
import { ResultStore } from './result-store.js';

@Module({
  imports: [HealthModule],
  providers: [Partitions, ResultStore, IngestNotices, Ingest],
  exports: [Ingest],
})
export class ResultsModule {}
