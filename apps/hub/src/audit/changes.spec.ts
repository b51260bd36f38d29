import { expect, it } from 'vitest';
import { changesOf } from './changes.js';

it.each([
  ['nothing', { name: 'a' }, { name: 'a' }, {}],
  ['a field', { name: 'a', port: 1 }, { name: 'b', port: 1 }, { name: ['a', 'b'] }],
  ['a field inside', { config: { url: 'a', n: 1 } }, { config: { url: 'b', n: 1 } }, { 'config.url': ['a', 'b'] }],
  ['a list of texts, whole', { tags: ['a'] }, { tags: ['a', 'b'] }, { tags: [['a'], ['a', 'b']] }],
  [
    'a list of things, inside',
    { collectors: [{ name: 'x', assertions: [] }] },
    { collectors: [{ name: 'y', assertions: [] }] },
    { 'collectors.0.name': ['x', 'y'] },
  ],
  ['what is new', null, { name: 'a', config: { url: 'b' } }, { name: [null, 'a'], config: [null, { url: 'b' }] }],
  ['what is gone', { name: 'a' }, null, { name: ['a', null] }],
  ['a date', { at: new Date(0) }, { at: new Date(1) }, { at: [new Date(0), new Date(1)] }],
  ['another kind of value', { x: [{}] }, { x: { y: 1 } }, { x: [[{}], { y: 1 }] }],
])('tells %s', (_, before, after, changes) => {
  expect(changesOf(before, after)).toEqual(changes);
});

it('shows of a secret only that it changed', () => {
  const sealed = (text: string) => ({ $sealed: text });
  const before = { auth: { password: sealed('a') }, same: sealed('c') };
  expect(changesOf(before, { auth: { password: sealed('b') }, same: sealed('c') })).toEqual({
    'auth.password': ['(secret)', '(secret)'],
  });
  expect(changesOf(null, before)).toEqual({ auth: [null, { password: '(secret)' }], same: [null, '(secret)'] });
});

it('cuts a text that nobody would read', () => {
  const [[, after] = []] = Object.values(changesOf(null, { body: 'x'.repeat(10_000) }));
  expect((after as string).length).toBe(2001);
});
