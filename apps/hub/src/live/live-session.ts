import type { IncomingMessage } from 'node:http';
import { liveClosedForAnother, liveRequest, type LiveMessage } from '@checkstack/api';
import type { WebSocket } from 'ws';
import type { Actor } from '../actor.js';
import { mayHear } from './topics.js';

/** With more unsent than this a browser is too slow: what follows is dropped, and it is told to read again later. */
const mostUnsentBytes = 1_048_576;
/** More than a console ever needs. */
const mostTopics = 1_000;

/** WebSocket close codes (RFC 6455 §7.4.1): policy, going away; and our own, see libs/api. */
export const closeCodes = { policy: 1008, away: 1001, tooMany: liveClosedForAnother } as const;

/** One signed-in browser, and what it wants to hear. */
export class LiveSession {
  readonly topics = new Set<string>();
  private isBehind = false;
  private isAlive = true;

  constructor(
    private readonly socket: WebSocket,
    /** The upgrade, by which the session is judged again. */
    readonly request: IncomingMessage,
    public actor: Actor,
  ) {
    socket.on('message', (data: Buffer, isBinary: boolean) => this.take(data, isBinary));
    // What broke is closed next; there is nobody to tell.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.isAlive = true));
  }

  /** Whether any of the topics is subscribed. */
  hears(...topics: string[]): boolean {
    return topics.some((topic) => this.topics.has(topic));
  }

  send(message: LiveMessage): void {
    if (this.isBehind || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > mostUnsentBytes) {
      this.isBehind = true;
      return;
    }
    this.socket.send(JSON.stringify(message), () => this.catchUp());
  }

  /** Who the session belongs to now; topics that are not theirs any more fall silent. */
  become(actor: Actor): void {
    this.actor = actor;
    for (const topic of this.topics) if (!mayHear(actor, topic)) this.topics.delete(topic);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    // A browser that does not answer is not waited for.
    setTimeout(() => this.socket.terminate(), 2_000).unref();
  }

  /** Asks for a sign of life, and ends a socket that did not give the last one. */
  ping(): void {
    if (!this.isAlive) return this.socket.terminate();
    this.isAlive = false;
    this.socket.ping();
  }

  private take(data: Buffer, isBinary: boolean): void {
    const request = isBinary ? undefined : liveRequest.safeParse(jsonOf(data)).data;
    if (!request) return this.close(closeCodes.policy, 'This is not a request of checkstack.live.v1.');
    if (request.type === 'unsubscribe') {
      for (const topic of request.topics) this.topics.delete(topic);
      return;
    }
    const topics = request.topics.filter((topic) => mayHear(this.actor, topic));
    for (const topic of topics) this.topics.add(topic);
    if (this.topics.size > mostTopics) return this.close(closeCodes.policy, `At most ${mostTopics} topics.`);
    this.send({ type: 'subscribed', topics });
  }

  private catchUp(): void {
    if (!this.isBehind || this.socket.bufferedAmount > 0) return;
    this.isBehind = false;
    this.send({ type: 'refresh' });
  }
}

function jsonOf(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
}
