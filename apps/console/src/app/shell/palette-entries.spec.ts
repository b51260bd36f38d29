import { expect, it } from 'vitest';
import { matching } from './palette-entries.js';

it('finds what contains every word, what begins with the first one first', () => {
  const entries = ['API keys', 'New key', 'Keys of others', 'Users'].map((title) => ({
    title,
    kind: 'Go to',
    icon: 'key' as const,
  }));
  expect(matching(entries, 'key').map(({ title }) => title)).toEqual(['Keys of others', 'API keys', 'New key']);
  expect(matching(entries, 'go api').map(({ title }) => title)).toEqual(['API keys']);
  expect(matching(entries, '')).toHaveLength(4);
});
