// Something to watch, which can be stopped and started again at the same address.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Target extends AsyncDisposable {
  url: string;
  /** How often it was asked so far. */
  requests(): number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  let server: Server | undefined;
  let port = 0;
  let requests = 0;
  async function start(): Promise<void> {
    server = createServer((_, response) => {
      requests += 1;
      response.end('at your service');
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }
  async function stop(): Promise<void> {
    if (!server?.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
  await start();
  return { url: `http://127.0.0.1:${port}/`, requests: () => requests, start, stop, [Symbol.asyncDispose]: stop };
}
