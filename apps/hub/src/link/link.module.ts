import { Module } from '@nestjs/common';
import { ResultsModule } from '../results/results.module.js';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { ConfirmRuns } from './confirm-runs.js';
import { LinkGateway } from './link.gateway.js';
import { SignsOfLife } from './signs-of-life.js';
import { SocketsModule } from './sockets.module.js';

@Module({
  imports: [SocketsModule, SatellitesModule, ResultsModule],
  providers: [LinkGateway, SignsOfLife, ConfirmRuns],
})
export class LinkModule {}
