import { once } from 'node:events';
import { liveMessage, livePath, liveProtocol, type LiveMessage } from '@checkstack/api';
import { WebSocket } from 'ws';
import type { Client } from './client.js';

type MessageOf<Type extends LiveMessage['type']> = Extract<LiveMessage, { type: Type }>;

/** A browser's live socket: remembers what it was told, every message parsed by the contract. */
export class LiveClient implements AsyncDisposable {
  readonly messages: LiveMessage[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(liveMessage.parse(JSON.parse(data.toString())));
      for (const listener of this.listeners) listener();
    });
  }

  /** As the person who is signed in with the client, on that client's hub or another one. */
  static async open(client: Client, topics: string[] = [], url = client.url): Promise<LiveClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}${livePath}`, liveProtocol, { headers: client.headers });
    await once(socket, 'open');
    const live = new LiveClient(socket);
    if (topics.length > 0) await live.subscribe(topics);
    return live;
  }

  async subscribe(topics: string[]): Promise<MessageOf<'subscribed'>> {
    const from = this.messages.length;
    this.send({ type: 'subscribe', topics });
    return this.next('subscribed', () => true, from);
  }

  send(request: unknown): void {
    this.socket.send(JSON.stringify(request));
  }

  /** The first message of this type that matches, among those received already too. */
  async next<Type extends LiveMessage['type']>(
    type: Type,
    matches: (message: MessageOf<Type>) => boolean = () => true,
    from = 0,
  ): Promise<MessageOf<Type>> {
    const find = (): MessageOf<Type> | undefined =>
      this.messages.slice(from).find((message): message is MessageOf<Type> => {
        return message.type === type && matches(message as MessageOf<Type>);
      });
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found) settle(() => resolve(found));
      };
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
        then();
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`No ${type} as awaited came; ${JSON.stringify(this.messages)} did.`))),
        10_000,
      );
      this.listeners.add(look);
      look();
    });
  }

  /** Why the hub closed it. */
  async closed(): Promise<{ code: number; reason: string }> {
    const [code, reason] = (await once(this.socket, 'close')) as [number, Buffer];
    return { code, reason: reason.toString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}
