import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { RoutedRequest } from '../rest/route.decorator.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';

/** Asked every few seconds by machines. */
const quietPaths = new Set(['/healthz', '/readyz', '/metrics']);
/** The rest are the console's files. */
const apiPath = /^\/api\//;
const soundId = /^[\w.-]{1,64}$/;

/** Gives each request its id, and writes down how it ended: who, what, how long. No query and no header: tokens travel there. */
export function requests(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && soundId.test(given) ? given : randomUUID();
    Object.assign(request, { id: requestId });
    response.setHeader('X-Request-Id', requestId);
    const startedAt = performance.now();
    response.once('close', () => {
      const { actor } = request as RoutedRequest;
      const route = (request.route as { path: string } | undefined)?.path ?? 'none';
      const ms = performance.now() - startedAt;
      const status = response.writableFinished ? response.statusCode : 499;
      const { method } = request;
      metrics.requests.observe({ method, route, status }, ms / 1000);
      const isFile = status < 400 && !apiPath.test(request.path);
      const isQuiet = log.isTerminal || quietPaths.has(request.path) || isFile;
      log.request(status >= 500 ? 'error' : isQuiet ? 'debug' : 'info', {
        requestId,
        method,
        path: request.path,
        status,
        ms: Math.round(ms),
        ...(actor && { actor: actor.name }),
      });
    });
    log.within(requestId, next);
  };
}
