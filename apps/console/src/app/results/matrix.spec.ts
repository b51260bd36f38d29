import type { Slice, State } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { makeSlice } from '../history/testing/make-history.js';
import { matrixOf, wantsMatrix } from './matrix.js';

const named = (name: string) => ({ id: name, name });

function slice(place: string, environment: string | null, state: State = 'healthy', more: Partial<Slice> = {}): Slice {
  return makeSlice(place, {
    environment: environment === null ? null : named(environment),
    state: { state, since: null, reason: null },
    ...more,
  });
}

describe('the matrix of places', () => {
  it('has places across, environments down, and holes where nothing runs', () => {
    const { places, rows } = matrixOf([slice('Rome', 'live'), slice('Paris', 'live'), slice('Paris', 'staging')]);
    expect(places).toEqual(['Paris', 'Rome']);
    expect(rows.map(({ name, cells }) => [name, ...cells.map((cell) => cell?.place)])).toEqual([
      ['live', 'Paris', 'Rome'],
      ['staging', 'Paris', undefined],
    ]);
  });

  it('has the worst rows first, and of the same those that more places see', () => {
    const { rows } = matrixOf([
      slice('Paris', 'a'),
      slice('Rome', 'a'),
      slice('Paris', 'b', 'unhealthy'),
      slice('Rome', 'b'),
      slice('Paris', 'c', 'unhealthy'),
      slice('Rome', 'c', 'unhealthy'),
      slice('Paris', 'd', 'degraded'),
    ]);
    expect(rows.map(({ name }) => name)).toEqual(['c', 'b', 'd', 'a']);
  });

  it('names the system where there are several', () => {
    const { rows } = matrixOf([slice('Paris', 'live'), slice('Paris', 'live', 'healthy', { system: named('Mail') })]);
    expect(rows.map(({ name }) => name)).toEqual(['Mail · live', 'Shop · live']);
  });

  it('takes the place of cards only where there is more than one line of them', () => {
    expect(wantsMatrix([slice('Paris', 'live'), slice('Rome', 'live')])).toBe(false);
    expect(wantsMatrix([slice('Paris', 'live'), slice('Paris', 'staging')])).toBe(false);
    expect(wantsMatrix([slice('Paris', 'live'), slice('Rome', 'staging')])).toBe(true);
    expect(wantsMatrix(Array.from({ length: 13 }, (_, nth) => slice(`place ${nth}`, null)))).toBe(true);
  });
});
