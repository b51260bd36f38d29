// The live socket: one for the whole console, opened while somebody is signed in.
import { DOCUMENT, inject, Injectable, InjectionToken, signal } from '@angular/core';
import {
  liveClosedForAnother,
  liveMessage,
  livePath,
  liveProtocol,
  type LiveMessage,
  type LiveRequest,
} from '@checkstack/api';
import { filter, finalize, Observable, Subject } from 'rxjs';
import { concerns } from './concerns.js';

export type Connection = 'closed' | 'connecting' | 'open' | 'lost';

/** The browser's WebSocket, replaceable in tests. */
export const liveSocket = new InjectionToken<(address: string, protocol: string) => WebSocket>('live socket', {
  providedIn: 'root',
  factory: () => (address, protocol) => new WebSocket(address, protocol),
});

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** A socket that opens no sooner counts as lost. */
const hearingWaitMs = 1000;

@Injectable({ providedIn: 'root' })
export class Live {
  readonly #open = inject(liveSocket);
  readonly #document = inject(DOCUMENT);
  readonly #messages = new Subject<LiveMessage>();
  readonly #listeners = new Map<string, number>();
  readonly #heard = new Set<string>();
  readonly #connection = signal<Connection>('closed');
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #failures = signal(0);
  #wasAway = false;

  /** `lost` while it is being sought again. */
  readonly connection = this.#connection.asReadonly();
  /** Attempts in a row that came to nothing. */
  readonly failures = this.#failures.asReadonly();
  /** Everything that arrives. */
  readonly messages = this.#messages.asObservable();

  start(): void {
    if (this.#connection() !== 'closed') return;
    this.#connection.set('connecting');
    this.#connect();
  }

  stop(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#connection.set('closed');
    this.#heard.clear();
    this.#failures.set(0);
    this.#wasAway = false;
    socket?.close(1000);
  }

  /** Skips the wait for the next attempt. */
  retryNow(): void {
    if (this.#connection() !== 'lost' || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** Has everything read again: where no socket gets through, the console still moves. */
  refresh(): void {
    this.#messages.next({ type: 'refresh' });
  }

  /** What is said about the topics (`states`, `check:<id>`, …), from subscription to unsubscription, over all reconnections. */
  topic(...topics: string[]): Observable<LiveMessage> {
    return new Observable<LiveMessage>((subscriber) => {
      const inner = this.#messages
        .pipe(
          filter((message) => topics.some((topic) => concerns(topic, message))),
          finalize(() => this.#drop(topics)),
        )
        .subscribe(subscriber);
      this.#add(topics);
      return inner;
    });
  }

  /** Resolves when the hub sends news of these topics, so that what is read afterwards misses nothing; soon in any case. */
  async hearing(topics: string[]): Promise<void> {
    const state = this.#connection();
    const pending = () => topics.some((topic) => !this.#heard.has(topic));
    if (state === 'closed' || state === 'lost' || !pending()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        inner.unsubscribe();
        resolve();
      };
      const timer = setTimeout(done, hearingWaitMs);
      const inner = this.#messages.subscribe((message) => {
        if (message.type === 'refresh' || (message.type === 'subscribed' && !pending())) done();
      });
    });
  }

  #connect(): void {
    const { protocol, host } = this.#document.location;
    const socket = this.#open(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${livePath}`, liveProtocol);
    this.#socket = socket;
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#failures.set(0);
      this.#connection.set('open');
      const topics = [...this.#listeners.keys()];
      if (topics.length > 0) this.#send({ type: 'subscribe', topics });
      else this.#caughtUp();
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = undefined;
      this.#heard.clear();
      this.#wasAway = true;
      this.#connection.set('lost');
      const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures());
      this.#failures.update((failures) => failures + 1);
      // Else the windows would put each other out in a circle.
      if (code === liveClosedForAnother) return this.#whenLookedAt();
      // Full jitter: a restarted hub does not meet all browsers at once.
      this.#retry = setTimeout(() => this.#connect(), ceiling * (0.2 + 0.8 * Math.random()));
    };
  }

  #whenLookedAt(): void {
    const look = () => {
      if (this.#document.hidden || !this.#document.hasFocus()) return;
      for (const event of ['visibilitychange', 'pointerdown', 'keydown'])
        this.#document.removeEventListener(event, look);
      this.retryNow();
    };
    for (const event of ['visibilitychange', 'pointerdown', 'keydown']) this.#document.addEventListener(event, look);
  }

  #receive(data: unknown): void {
    const parsed = liveMessage.safeParse(parseJson(data));
    // A newer hub may say things that this console does not know.
    if (!parsed.success) return;
    if (parsed.data.type === 'subscribed') for (const topic of parsed.data.topics) this.#heard.add(topic);
    this.#messages.next(parsed.data);
    if (parsed.data.type === 'subscribed') this.#caughtUp();
  }

  /** News of the time away is lost: everybody reads again, once the news flows. */
  #caughtUp(): void {
    if (!this.#wasAway) return;
    this.#wasAway = false;
    this.refresh();
  }

  #add(topics: string[]): void {
    const fresh = topics.filter((topic) => !this.#listeners.has(topic));
    for (const topic of topics) this.#listeners.set(topic, (this.#listeners.get(topic) ?? 0) + 1);
    if (fresh.length > 0) this.#send({ type: 'subscribe', topics: fresh });
  }

  #drop(topics: string[]): void {
    const gone: string[] = [];
    for (const topic of topics) {
      const left = (this.#listeners.get(topic) ?? 1) - 1;
      if (left > 0) this.#listeners.set(topic, left);
      else {
        this.#listeners.delete(topic);
        this.#heard.delete(topic);
        gone.push(topic);
      }
    }
    if (gone.length > 0) this.#send({ type: 'unsubscribe', topics: gone });
  }

  #send(request: LiveRequest): void {
    if (this.#connection() === 'open') this.#socket?.send(JSON.stringify(request));
  }
}

function parseJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
