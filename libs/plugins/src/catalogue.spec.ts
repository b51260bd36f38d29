import { readdirSync, readFileSync } from 'node:fs';
import { describeProbe, jsonSchemaOf, validateCollectors } from '@checkstack/plugin-sdk/runtime';
import { httpFailures, networkFailures } from '@checkstack/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { plugins, probes } from './index.js';

const folder = new URL('.', import.meta.url);
const filesIn = (path: string): string[] =>
  readdirSync(new URL(path, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
const lists = ['channels', 'index', 'integrations', 'probes'];
const files = filesIn('.').filter((name) => !lists.includes(name));

const sourceOf = (file: string): string => readFileSync(new URL(`${file}.ts`, folder), 'utf8');

describe('the catalogue', () => {
  it('lists every file of the folder, under the name of its plugin', () => {
    const ids = [
      ...files,
      ...filesIn('channels/').map((file) => `channel-${file}`),
      ...filesIn('integrations/').map((file) => `integration-${file}`),
    ];
    expect(plugins.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(probes.map(({ kind }) => kind).sort()).toEqual(files.filter((file) => /defineProbe/.test(sourceOf(file))));
  });

  it('has a spec for each', () => {
    for (const path of ['.', 'channels/', 'integrations/']) {
      const specs = readdirSync(new URL(path, folder)).filter((name) => name.endsWith('.spec.ts'));
      const wanted = filesIn(path).filter((file) => !lists.includes(file));
      expect(specs).toEqual(expect.arrayContaining(wanted.map((file) => `${file}.spec.ts`)));
    }
  });
});

describe.each(probes.map((probe) => [probe.kind, probe] as const))('%s', (kind, probe) => {
  const description = describeProbe(probe);

  it('has default assertions that fit its facts', () => {
    const collectors = description.collectors.map(({ name, defaultAssertions }) => ({
      collector: name,
      assertions: defaultAssertions,
    }));
    expect(validateCollectors(probe, collectors)).toEqual([]);
  });

  it('has a title on every field', () => {
    const untitled = Object.entries(jsonSchemaOf(probe.config).properties ?? {}).filter(
      ([, field]) => typeof field !== 'object' || !field.title,
    );
    expect(untitled).toEqual([]);
  });

  it('lists every failure that it throws', () => {
    const known = Object.keys(probe.failures);
    expect(known).toEqual(expect.arrayContaining(Object.keys(networkFailures)));
    if (/context\.request/.test(sourceOf(kind)))
      expect(known).toEqual(expect.arrayContaining(Object.keys(httpFailures)));
    const thrown = [...sourceOf(kind).matchAll(/failed\('(\w+)'/g)].map(([, code]) => code);
    expect(known).toEqual(expect.arrayContaining(thrown));
  });
});
