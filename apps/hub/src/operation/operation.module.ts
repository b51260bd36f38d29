import { Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { OpenApiController } from './openapi.controller.js';
import { SatelliteBundleController } from './satellite-bundle.controller.js';
import { SatelliteBundle } from './satellite-bundle.js';

/** What those need who run a hub. */
@Global()
@Module({
  controllers: [HealthController, MetricsController, OpenApiController, SatelliteBundleController],
  providers: [Drain, Metrics, SatelliteBundle],
  exports: [Drain, Metrics, SatelliteBundle],
})
export class OperationModule {}
