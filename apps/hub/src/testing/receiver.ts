// A web server outside, as deliveries find it: remembers what arrives and answers as it is told.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  path: string;
  headers: Record<string, string | undefined>;
  body: Record<string, unknown>;
}

export class Receiver implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  /** What it answers; by default it takes everything. */
  answer: (arrival: Arrival) => { status: number; headers?: Record<string, string>; body?: string } = () => ({
    status: 200,
  });
  /** While it is held, answers wait. */
  private held: Promise<void> = Promise.resolve();
  private letGo: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const arrival: Arrival = {
          path: request.url ?? '',
          headers: request.headers as Record<string, string | undefined>,
          body: JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>,
        };
        receiver.arrivals.push(arrival);
        void receiver.held.then(() => {
          const { status, headers, body } = receiver.answer(arrival);
          response.writeHead(status, headers).end(body);
        });
      });
    });
    return receiver;
  }

  hold(): void {
    this.held = new Promise((resolve) => (this.letGo = resolve));
  }

  release(): void {
    this.letGo();
  }

  titles(): unknown[] {
    return this.arrivals.map(
      ({ body }) => body['title'] ?? (body['message'] as { title?: unknown } | undefined)?.title,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
