import { TestBed } from '@angular/core/testing';
import { liveClosedForAnother, type LiveMessage, type LiveRequest } from '@checkstack/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concerns } from './concerns.js';
import { Live, liveSocket } from './live.js';

const check = 'check:0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d';

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly sent: LiveRequest[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as LiveRequest);
  }

  close(): void {
    this.onclose?.({ code: 1006 });
  }

  say(message: LiveMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

describe('the live socket', () => {
  const sockets: FakeSocket[] = [];
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('No socket was opened.');
    return socket;
  };
  let live: Live;

  beforeEach(() => {
    vi.useFakeTimers();
    sockets.length = 0;
    TestBed.configureTestingModule({
      providers: [
        {
          provide: liveSocket,
          useValue: () => {
            sockets.push(new FakeSocket());
            return newest();
          },
        },
      ],
    });
    live = TestBed.inject(Live);
  });

  afterEach(() => {
    live.stop();
    vi.useRealTimers();
  });

  it('does not come back at once when it gave way to a newer window, but when somebody looks at it', () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    live.start();
    newest().onopen?.();
    newest().onclose?.({ code: liveClosedForAnother });
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    document.dispatchEvent(new Event('pointerdown'));
    expect(sockets).toHaveLength(2);
    document.dispatchEvent(new Event('pointerdown'));
    expect(sockets).toHaveLength(2);
  });

  it('subscribes once for several listeners, and leaves with the last', () => {
    live.start();
    newest().onopen?.();
    const first = live.topic(check).subscribe();
    const second = live.topic(check, 'states').subscribe();
    expect(newest().sent).toEqual([
      { type: 'subscribe', topics: [check] },
      { type: 'subscribe', topics: ['states'] },
    ]);
    first.unsubscribe();
    expect(newest().sent).toHaveLength(2);
    second.unsubscribe();
    expect(newest().sent.at(-1)).toEqual({ type: 'unsubscribe', topics: [check, 'states'] });
  });

  it('seeks a lost connection, subscribes again, and then says that everything is to be read again', () => {
    live.start();
    newest().onopen?.();
    const heard: string[] = [];
    live.topic(check).subscribe((message) => heard.push(message.type));
    newest().close();
    expect(live.connection()).toBe('lost');
    vi.advanceTimersByTime(600);
    expect(sockets).toHaveLength(2);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'subscribe', topics: [check] }]);
    expect(heard).toEqual([]);
    newest().say({ type: 'subscribed', topics: [check] });
    expect(heard).toEqual(['subscribed', 'refresh']);
    expect(live.connection()).toBe('open');
  });

  it('waits longer and longer between attempts, with jitter, at most half a minute', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    live.start();
    const waits = Array.from({ length: 9 }, () => {
      newest().close();
      const count = sockets.length;
      let waited = 0;
      while (sockets.length === count) {
        vi.advanceTimersByTime(100);
        waited += 100;
      }
      return waited;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('stays quiet after it was stopped', () => {
    live.start();
    live.stop();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(live.connection()).toBe('closed');
  });

  it('passes over what it cannot read', () => {
    live.start();
    newest().onopen?.();
    const heard: LiveMessage[] = [];
    live.messages.subscribe((message) => heard.push(message));
    newest().onmessage?.({ data: 'not json' });
    newest().onmessage?.({ data: '{"type":"from-the-future"}' });
    expect(heard).toEqual([]);
  });

  it('lets a reading wait until its topics are heard, but not for long', async () => {
    live.start();
    newest().onopen?.();
    live.topic(check).subscribe();
    let isHeard = false;
    const hearing = live.hearing([check]).then(() => (isHeard = true));
    await Promise.resolve();
    expect(isHeard).toBe(false);
    newest().say({ type: 'subscribed', topics: [check] });
    await hearing;
    const late = live.hearing(['states']);
    vi.advanceTimersByTime(1000);
    await late;
  });
});

describe('which topic a message concerns', () => {
  const now = { state: 'healthy', since: null, reason: null } as const;
  const [, id = ''] = check.split(':');
  const cases: [string, LiveMessage, boolean][] = [
    ['satellites', { type: 'refresh' }, true],
    ['catalog', { type: 'changed', thing: 'system', id }, true],
    ['states', { type: 'changed', thing: 'system', id }, false],
    ['states', { type: 'state', subject: { kind: 'system', id }, state: now }, true],
    [check, { type: 'state', subject: { kind: 'check', id }, state: now }, true],
    [check, { type: 'state', subject: { kind: 'check', id: 'another' }, state: now }, false],
    [check, { type: 'state', subject: { kind: 'slice', id: 'any' }, state: now }, true],
    [check, { type: 'runs', runs: [] }, false],
    [`test-run:${id}`, { type: 'test-run', id, log: [], testRun: null }, true],
    ['satellites', { type: 'satellite', id, status: 'online', rosterConfirmed: true, gauges: null }, true],
  ];
  it.each(cases)('%s, %o: %s', (topic, message, expected) => {
    expect(concerns(topic, message)).toBe(expected);
  });
});
