import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { ChecksModule } from '../checks/checks.module.js';
import { DefinitionsModule } from '../checks/definitions.module.js';
import { SocketsModule } from '../link/sockets.module.js';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { TestRunDispatch } from './test-run-dispatch.js';
import { TestRunsController } from './test-runs.controller.js';
import { TestRuns } from './test-runs.service.js';

@Module({
  imports: [CatalogModule, ChecksModule, DefinitionsModule, SatellitesModule, SocketsModule],
  controllers: [TestRunsController],
  providers: [TestRuns, TestRunDispatch],
  exports: [TestRuns],
})
export class TestRunsModule {}
