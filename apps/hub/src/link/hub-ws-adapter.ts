import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Logger, type INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocketServer } from 'ws';
import { answerWithoutUpgrade } from './other-upgrade.js';
import { refuseUpgradeWith, type UpgradeRefusal } from './upgrade-refusal.js';

/** What a gateway sets on its server: who is let in. Without one nobody is. */
export interface Doorkeeper {
  /** null: let in. Whom it let in, the gateway remembers by the request. */
  admit(request: IncomingMessage): Promise<UpgradeRefusal | null>;
}

export type GuardedServer = WebSocketServer & { doorkeeper?: Doorkeeper };

/** All WebSockets of the hub come in at its one HTTP server; nobody gets a socket before the doorkeeper of its path has agreed. */
export class HubWsAdapter extends WsAdapter {
  private readonly doorLogger = new Logger('sockets');
  private isListening = false;

  constructor(app: INestApplication) {
    super(app);
  }

  /** Gateways read their sockets themselves: an observable a message would cost a fifth of the frames. */
  override bindMessageHandlers(): void {
    return;
  }

  /** Their errors too. */
  override bindErrorHandler(server: GuardedServer): GuardedServer {
    return server.on('error', (error) => this.doorLogger.error(error));
  }

  override async close(server: GuardedServer): Promise<void> {
    // Gateways close their sockets with a reason before this.
    await new Promise((resolve) => server.close(resolve));
  }

  protected override ensureHttpServerExists(port: number, httpServer?: Server): Server | undefined {
    if (httpServer && !this.isListening) {
      this.isListening = true;
      httpServer.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (request.headers.upgrade?.toLowerCase() !== 'websocket')
          return answerWithoutUpgrade(httpServer, request, socket, head);
        const stop = (): void => void socket.destroy();
        // Until somebody else takes the socket over.
        socket.on('error', stop);
        this.upgrade(port, request, socket, head)
          .catch((error: Error) => {
            this.doorLogger.error(`An upgrade failed: ${error.message}`);
            refuseUpgradeWith(socket, { status: 503, retryAfterMs: 5_000 });
          })
          .finally(() => socket.off('error', stop));
      });
    }
    return httpServer;
  }

  private async upgrade(port: number, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const server = this.serverAt(port, request.url ?? '');
    const refusal = server?.doorkeeper ? await server.doorkeeper.admit(request) : ({ status: 404 } as const);
    if (refusal || !server) return refuseUpgradeWith(socket, refusal ?? { status: 404 });
    server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
  }

  private serverAt(port: number, url: string): GuardedServer | undefined {
    const path = url.split('?', 1)[0];
    const servers = (this.wsServersRegistry.get(port) ?? []) as (GuardedServer & { path: string })[];
    return servers.find((server) => server.path === path);
  }
}
