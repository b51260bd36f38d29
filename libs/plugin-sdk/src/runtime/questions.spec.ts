import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Questions } from './questions.js';

/** Questions that hang until they are let go. */
class Hanging {
  asked = 0;
  private readonly ends: (() => void)[] = [];

  readonly question = (): Promise<string> => {
    this.asked += 1;
    return new Promise((resolve) => this.ends.push(() => resolve('late')));
  };

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

const quick = async (): Promise<string> => 'at once';
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `hangs-${index}`);

describe('questions', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('are asked so many at once, and the others in order', async () => {
    const questions = new Questions({ all: 2, slow: 1, slowAfterMs: 60_000 });
    const hanging = new Hanging();
    const answers = names(3).map((name) => questions.ask(name, hanging.question));
    const last = questions.ask('last', quick);
    await expect.poll(() => hanging.asked).toBe(2);
    hanging.end();
    await expect.poll(() => hanging.asked).toBe(3);
    expect(await last).toBe('at once');
    hanging.end();
    expect(await Promise.all(answers)).toEqual(['late', 'late', 'late']);
  });

  it('about names that hung before do not hold up the others, however many they are', async () => {
    const questions = new Questions({ all: 4, slow: 2, slowAfterMs: 1_000 });
    const hanging = new Hanging();
    const first = names(4).map((name) => questions.ask(name, hanging.question));
    await vi.advanceTimersByTimeAsync(1_000);
    hanging.end();
    await Promise.all(first);
    const again = [...names(4), ...names(4)].map((name) => questions.ask(name, hanging.question));
    for (let time = 0; time < 10; time += 1) expect(await questions.ask('other', quick)).toBe('at once');
    expect(hanging.asked).toBe(4 + 2);
    for (let round = 0; round < 4; round += 1) {
      await expect.poll(() => hanging.asked).toBe(4 + 2 + round * 2);
      hanging.end();
    }
    await Promise.all(again);
  });

  it('about a name that is quick again have all places', async () => {
    const questions = new Questions({ all: 2, slow: 1, slowAfterMs: 1_000 });
    const hanging = new Hanging();
    const slow = questions.ask('name', hanging.question);
    await vi.advanceTimersByTimeAsync(1_000);
    hanging.end();
    await slow;
    await questions.ask('name', quick);
    const both = [questions.ask('name', hanging.question), questions.ask('name', hanging.question)];
    await expect.poll(() => hanging.asked).toBe(3);
    hanging.end();
    await Promise.all(both);
  });

  it('that fail leave their places', async () => {
    const questions = new Questions({ all: 1, slow: 1, slowAfterMs: 60_000 });
    await expect(questions.ask('name', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await questions.ask('name', quick)).toBe('at once');
  });
});
