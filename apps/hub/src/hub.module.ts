import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AnnouncementsModule } from './announcements/announcements.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { ChecksModule } from './checks/checks.module.js';
import { ClusterModule } from './cluster/cluster.module.js';
import type { Config } from './config.js';
import { ConfigModule } from './config.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { EditsModule } from './edits/edits.module.js';
import { IncidentsModule } from './incidents/incidents.module.js';
import { IntegrationsModule } from './integrations/integrations.module.js';
import { LinkModule } from './link/link.module.js';
import { LiveModule } from './live/live.module.js';
import { MaintenanceModule } from './maintenance/maintenance.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OperationModule } from './operation/operation.module.js';
import { OutboxModule } from './outbox/outbox.module.js';
import { ProblemFilter } from './rest/problem.filter.js';
import { RouteInterceptor } from './rest/route.interceptor.js';
import { SatellitesModule } from './satellites/satellites.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { TestRunsModule } from './test-runs/test-runs.module.js';

/** The table of contents. */
@Module({})
export class HubModule {
  static forRoot(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: HubModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot(databaseUrl),
        ClusterModule,
        OperationModule,
        SecretsModule,
        AuditModule,
        EditsModule,
        OutboxModule,
        AccessModule,
        CatalogModule,
        ChecksModule,
        IncidentsModule,
        MaintenanceModule,
        AnnouncementsModule,
        DeliveryModule,
        ChannelsModule,
        IntegrationsModule,
        NotificationsModule,
        SatellitesModule,
        LinkModule,
        LiveModule,
        DashboardModule,
        TestRunsModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: RouteInterceptor },
      ],
    };
  }
}
