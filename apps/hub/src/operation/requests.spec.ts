import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import type { Config } from '../config.js';
import { Log } from './log.js';
import type { Metrics } from './metrics.js';
import { requests } from './requests.js';

it('writes down calls of the API and what went wrong, not each file of the console', async () => {
  const lines: string[] = [];
  const log = new Log({ logLevel: 'info' } as Config, { write: (line: string) => void lines.push(line) });
  const app = express();
  app.use(requests(log, { registry: new Registry(), requests: { observe: () => undefined } } as unknown as Metrics));
  app.get(['/main.js', '/api/v1/systems'], (_, response) => void response.end());
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ['/main.js', '/missing.js', '/api/v1/systems']) await (await fetch(url + path)).text();
  await expect
    .poll(() => lines.map((line) => (JSON.parse(line) as { path: string }).path))
    .toEqual(['/missing.js', '/api/v1/systems']);
  server.close();
});
