import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';

const builtConsole = fileURLToPath(new URL('../../../console/dist/browser', import.meta.url));
const hubPaths = /^\/(api|healthz|readyz|metrics)(\/|$)/;
const hashedName = /-[A-Z0-9]{8}\.\w+$/;

/** The console from the hub's own origin. A deep link gets the page that finds its way; a missing file stays missing. */
export function serveConsole(app: NestExpressApplication, folder = builtConsole): void {
  if (!existsSync(folder)) return;
  app.useStaticAssets(folder, {
    index: false,
    setHeaders: (response: Response, path: string) => {
      response.setHeader('Cache-Control', hashedName.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: Request, response: Response, next: (error?: unknown) => void) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    if (!isPage || hubPaths.test(request.path) || !request.headers.accept?.includes('text/html')) return next();
    response.sendFile('index.html', { root: folder, headers: { 'Cache-Control': 'no-cache' } }, (error) => {
      if (error && !response.headersSent) next(error);
    });
  });
}
