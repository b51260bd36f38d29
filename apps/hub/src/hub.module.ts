import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ClusterModule } from './cluster/cluster.module.js';
import type { Config } from './config.js';
import { ConfigModule } from './config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EditsModule } from './edits/edits.module.js';
import { ProblemFilter } from './rest/problem.filter.js';
import { RouteInterceptor } from './rest/route.interceptor.js';
import { SecretsModule } from './secrets/secrets.module.js';

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
        SecretsModule,
        AuditModule,
        EditsModule,
        AccessModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: RouteInterceptor },
      ],
    };
  }
}
