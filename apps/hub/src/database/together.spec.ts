import { describe, expect, it } from 'vitest';
import { together } from './together.js';

describe('questions asked together', () => {
  it('go in one statement, each with its own answer', async () => {
    const asked: (readonly number[])[] = [];
    const double = together((keys: readonly number[]) => {
      asked.push(keys);
      return Promise.resolve(keys.map((key) => key * 2));
    });
    expect(await Promise.all([double(1), double(2), double(2)])).toEqual([2, 4, 4]);
    expect(asked).toEqual([[1, 2, 2]]);
  });

  it('leave one that the database cannot take to itself', async () => {
    const badData = Object.assign(new Error('bad'), { code: '22P05' });
    const ask = together((keys: readonly string[]) =>
      keys.includes('\0') ? Promise.reject(badData) : Promise.resolve(keys),
    );
    expect(await Promise.allSettled(['a', '\0', 'b'].map(ask))).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: badData },
      { status: 'fulfilled', value: 'b' },
    ]);
  });

  it('fail together with the database, without being asked again one by one', async () => {
    let times = 0;
    const ask = together(() => {
      times += 1;
      return Promise.reject(new Error('gone'));
    });
    const answers = await Promise.allSettled([ask('a'), ask('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(times).toBe(1);
  });
});
