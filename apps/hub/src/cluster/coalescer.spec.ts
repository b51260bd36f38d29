import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Coalescer } from './coalescer.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('hands the first over at once, and what follows together', () => {
  const handed: number[][] = [];
  const coalescer = new Coalescer<number>(100, (items) => handed.push(items));
  coalescer.add([1]);
  expect(handed).toEqual([[1]]);
  coalescer.add([2]);
  coalescer.add([3, 4]);
  vi.advanceTimersByTime(99);
  expect(handed).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(handed).toEqual([[1], [2, 3, 4]]);
  vi.advanceTimersByTime(200);
  coalescer.add([5]);
  expect(handed.at(-1)).toEqual([5]);
  coalescer.close();
});
