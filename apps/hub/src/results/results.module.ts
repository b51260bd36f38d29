import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module.js';
import { Cleaning } from './cleaning.js';
import { FactTemplates } from './fact-templates.js';
import { IngestMetrics } from './ingest-metrics.js';
import { IngestNotices } from './ingest-notices.js';
import { Ingest } from './ingest.js';
import { Partitions } from './partitions.js';
import { ResultStore } from './result-store.js';
import { ResultsController } from './results.controller.js';
import { Results } from './results.service.js';
import { Retention } from './retention.js';
import { Rollups } from './rollup/rollups.js';

@Module({
  imports: [HealthModule],
  controllers: [ResultsController],
  providers: [
    Partitions,
    Cleaning,
    FactTemplates,
    Rollups,
    Retention,
    ResultStore,
    IngestMetrics,
    IngestNotices,
    Ingest,
    Results,
  ],
  exports: [Ingest, Results],
})
export class ResultsModule {}
