// Real servers for the specs of probes, all on the loopback and closed together.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export class Servers {
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  async http(listener: Listener, host = '127.0.0.1'): Promise<string> {
    const port = await this.listen(
      createServer((request, response) => void listener(request, response)),
      host,
    );
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  async https(options: ServerOptions, listener: Listener): Promise<string> {
    const server = createSecureServer(options, (request, response) => void listener(request, response));
    server.on('tlsClientError', () => {});
    return `https://127.0.0.1:${await this.listen(server)}`;
  }

  tcp(onSocket: (socket: Socket) => void): Promise<number> {
    return this.listen(
      createTcpServer((socket) => {
        onSocket(socket);
        // Else its end is never seen.
        socket.resume();
      }),
    );
  }

  async listen(server: Server, host = '127.0.0.1'): Promise<number> {
    this.servers.push(server);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  /** How many connections the servers hold. */
  get connections(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Answers with what it was asked, as JSON: method, url, headers, body. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
  response.setHeader('Content-Type', 'application/json').setHeader('X-Two', ['a', 'b']);
  response.end(JSON.stringify({ method, url, headers, body }));
}
