import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { Config } from './config.js';
import { HubModule } from './hub.module.js';
import { HubWsAdapter } from './link/hub-ws-adapter.js';
import { serveConsole } from './operation/console-files.js';
import { limitRequests } from './operation/http-limits.js';
import { Log } from './operation/log.js';
import { Metrics } from './operation/metrics.js';
import { requests } from './operation/requests.js';
import { securityHeaders } from './operation/security-headers.js';

/** The whole hub on a migrated database, ready to listen: the same for production and for tests. */
export async function createHub(config: Config, databaseUrl: string): Promise<NestExpressApplication> {
  const log = new Log(config);
  const app = await NestFactory.create<NestExpressApplication>(HubModule.forRoot(config, databaseUrl), {
    bodyParser: false,
    abortOnError: false,
    logger: log,
  });
  limitRequests(app.getHttpServer());
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', 'simple');
  app.use(requests(log, app.get(Metrics)));
  app.use(securityHeaders(config.baseUrl));
  // Numbers take zlib's usual effort five times as long as this one, for a tenth less.
  app.use(compression({ level: 4 }));
  serveConsole(app);
  app.useBodyParser('json', { limit: '1mb' });
  app.useWebSocketAdapter(new HubWsAdapter(app));
  return app;
}
