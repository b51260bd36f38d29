import type { Satellite } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { warningsOf } from './satellite-warnings.js';
import { calmGauges, makeSatellite } from './testing/make-satellite.js';

const saying = (...warnings: string[]): Partial<Satellite> => ({ gauges: { ...calmGauges, warnings } });

describe('a satellite', () => {
  it.each<[string, Partial<Satellite>, RegExp]>([
    ['lacks a kind', { neededKinds: ['grpc', 'http'] }, /^It cannot run grpc, .*: upgrade it/],
    ['may not run a kind', { neededKinds: ['dns'], refusedKinds: ['dns', 'tcp'] }, /policy of its owner forbids dns,/],
    ['has another release', { outdated: true, release: '0.1.0' }, /release 0\.1\.0, the hub 0\.2\.0/],
    ['spools in memory', saying('The spool is in memory only: ENOSPC'), /lost if it stops now/],
    ['set files aside', saying('Spool files that cannot be read: 2'), /set aside.*missing below/],
    ['says something else', saying('Another machine connects with its token.'), /^Another machine connects/],
  ])('that %s is warned of', (_, given, sentence) => {
    expect(warningsOf(makeSatellite('edge', given))).toEqual([expect.stringMatching(sentence)]);
  });

  it('that is well is not, nor one that is away: what it said is over', () => {
    expect(warningsOf(makeSatellite('edge'))).toEqual([]);
    expect(warningsOf(makeSatellite('edge', { status: 'offline', outdated: true, ...saying('full') }))).toEqual([]);
  });
});
