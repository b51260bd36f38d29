import { describe, expect, it } from 'vitest';
import { compileJsonPath } from './json-path.js';

describe('JSONPath', () => {
  it('tells a path to one value from others', () => {
    expect(compileJsonPath('$.a[0].b').singular).toBe(true);
    expect(compileJsonPath('$.a[*].b').singular).toBe(false);
  });

  it.each(['$.', 'a.b', '$[', '$[?match(1)]', ''])('refuses %j', (path) => {
    expect(() => compileJsonPath(path)).toThrow();
  });

  it('uses the standard’s match for the whole text and search for a part', () => {
    const document = [{ name: 'abc' }, { name: 'abcd' }];
    expect(compileJsonPath("$[?match(@.name, 'a.c')].name").find(document)).toEqual(['abc']);
    expect(compileJsonPath("$[?search(@.name, 'a.c')].name").find(document)).toEqual(['abc', 'abcd']);
    expect(compileJsonPath("$[?search(@.name, '(')].name").find(document)).toEqual([]);
  });

  it('stops patterns and paths that would take for ever', () => {
    const evil = [{ name: `${'a'.repeat(5_000)}b` }];
    expect(compileJsonPath("$[?search(@.name, '^(a+)+$')].name").find(evil)).toEqual([]);

    let nested: unknown = 0;
    for (let depth = 0; depth < 90; depth += 1) nested = [nested];
    const doubling = compileJsonPath(`$${'[*,*]'.repeat(80)}.x`);
    expect(() => doubling.find(nested)).toThrow('too many steps');

    const wide = Array.from({ length: 20_000 }, (_, id) => ({ id }));
    expect(() => compileJsonPath('$[?count($..*) > 1].x').find(wide)).toThrow('too many steps');
    expect(() => compileJsonPath('$[*].id').find(wide)).toThrow('more than 10000 values');
    expect(compileJsonPath('$[19999].id').find(wide)).toEqual([19_999]);
  });
});
