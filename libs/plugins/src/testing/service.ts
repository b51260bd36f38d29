// A service as channels see it: records what arrives and answers as it is told. Never imports a channel.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeAuthority } from '@checkstack/plugin-sdk/testing';

export interface Received {
  method: string;
  /** With the query. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What it answers, by its published examples: a refusal names what was wrong with the request. */
export type Rules = (request: Received) => Answer;

export class Service implements AsyncDisposable {
  /** Everything that arrived, oldest first. */
  readonly received: Received[] = [];
  /** Instead of what the rules say; `silence` never answers. */
  fault: Answer | 'silence' | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
    /** PEM of who signed its certificate; empty without TLS. */
    readonly ca: string,
  ) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(rules: Rules, options: { tls?: boolean } = {}): Promise<Service> {
    const services: Service[] = [];
    const onRequest = (request: IncomingMessage, response: ServerResponse): void =>
      void services[0]?.answer(rules, request, response);
    const authority = options.tls ? makeAuthority() : undefined;
    const issued = authority?.issue();
    const server: Server = issued
      ? createSecureServer({ cert: issued.certificate, key: issued.key }, onRequest).on('tlsClientError', () => {})
      : createServer(onRequest);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const service = new Service(
      server,
      `${issued ? 'https' : 'http'}://127.0.0.1:${port}`,
      authority?.certificate ?? '',
    );
    services.push(service);
    return service;
  }

  /** The last that arrived. */
  get last(): Received {
    const last = this.received.at(-1);
    if (!last) throw new Error('Nothing arrived.');
    return last;
  }

  private async answer(rules: Rules, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of incoming as AsyncIterable<Buffer>) body += chunk.toString();
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers, body };
    this.received.push(request);
    if (this.fault === 'silence') return;
    const answer = this.fault ?? rules(request);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
