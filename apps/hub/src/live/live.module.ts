import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ResultsModule } from '../results/results.module.js';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { TestRunsModule } from '../test-runs/test-runs.module.js';
import { LiveFeed } from './live-feed.js';
import { LiveGateway } from './live.gateway.js';
import { LiveSessions } from './live-sessions.js';

@Module({
  imports: [AccessModule, NotificationsModule, ResultsModule, SatellitesModule, TestRunsModule],
  providers: [LiveSessions, LiveFeed, LiveGateway],
})
export class LiveModule {}
