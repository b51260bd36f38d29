import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { LiveMessage } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';
import { loaded, type Loaded } from './loaded.js';

const changed: LiveMessage = { type: 'changed', thing: 'system', id: '0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d' };

describe('something loaded', () => {
  const messages = new Subject<LiveMessage>();
  const load = vi.fn<(params: string, signal: AbortSignal) => Promise<string>>();
  const params = signal<string | undefined>('a');
  const patch = vi.fn<(value: string, message: LiveMessage) => string>();
  let made: Loaded<string>;

  /** Lets Angular work until it is so. */
  const until = (check: () => void) =>
    vi.waitFor(() => {
      TestBed.tick();
      check();
    });
  const shows = (value: string | undefined) => until(() => expect(made.value()).toBe(value));
  /** The next reading is answered by hand. */
  const held = () => {
    let answer: (value: string) => void = () => undefined;
    load.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    return (value: string) => answer(value);
  };

  beforeEach(async () => {
    load.mockReset().mockImplementation(async (given) => given.toUpperCase());
    patch.mockReset().mockImplementation((value) => `${value}!`);
    params.set('a');
    const live = { messages, topic: () => messages, hearing: () => Promise.resolve() };
    TestBed.configureTestingModule({ providers: [{ provide: Live, useValue: live }] });
    made = TestBed.runInInjectionContext(() => loaded({ params, load, patch, topics: () => ['catalog'], gatherMs: 0 }));
    await shows('A');
  });

  it('keeps what it was while it is read again', async () => {
    const answer = held();
    made.reload();
    await until(() => expect(load).toHaveBeenCalledTimes(2));
    expect(made.isLoading()).toBe(true);
    expect(made.value()).toBe('A');
    answer('new');
    await shows('new');
  });

  it('is read again when its parameters change', async () => {
    params.set('b');
    await shows('B');
  });

  it('stays when reading again fails, and says why', async () => {
    load.mockRejectedValueOnce(new ApiProblem(0, 'unreachable', 'Away', 'Nobody answers.'));
    made.reload();
    await until(() => expect(made.problem()?.code).toBe('unreachable'));
    expect(made.value()).toBe('A');
    made.reload();
    await until(() => expect(made.problem()).toBeUndefined());
  });

  it('follows what it hears without reading', async () => {
    messages.next(changed);
    await shows('A!');
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('applies what it hears during a reading on top of the answer', async () => {
    const answer = held();
    made.reload();
    await until(() => expect(load).toHaveBeenCalledTimes(2));
    messages.next(changed);
    answer('new');
    await shows('new!');
  });

  it('is read again when a message asks for it', async () => {
    patch.mockReturnValue('reload');
    load.mockResolvedValueOnce('fresh');
    messages.next(changed);
    await shows('fresh');
  });

  it('is read again when news was missed', async () => {
    load.mockResolvedValueOnce('fresh');
    messages.next({ type: 'refresh' });
    await shows('fresh');
    expect(patch).not.toHaveBeenCalled();
  });
});
