import { describe, expect, it } from 'vitest';
import { pressed, type ChartCursor } from './chart-keys.js';

describe('a chart by keyboard', () => {
  const chart = {
    times: [0, 100, 200, 300, 400],
    series: [
      { label: 'Paris', values: [undefined, 1, undefined, 3, undefined] },
      { label: 'Rome', values: [undefined, null, undefined, undefined, 4] },
    ],
  };
  const press = (key: string, cursor: ChartCursor = {}, shiftKey = false) => pressed({ key, shiftKey }, cursor, chart);

  it('moves only where something was told', () => {
    expect(press('ArrowRight')?.cursor).toEqual({ at: 1 });
    expect(press('ArrowRight', { at: 1 })?.cursor).toEqual({ at: 3 });
    expect(press('ArrowRight', { at: 4 })?.cursor).toEqual({ at: 4 });
    expect(press('ArrowLeft')?.cursor).toEqual({ at: 4 });
    expect(press('Home', { at: 4 })?.cursor).toEqual({ at: 1 });
    expect(press('End', { at: 1 })?.cursor).toEqual({ at: 4 });
  });

  it('zooms into what was selected, from either end', () => {
    const selected = press('ArrowLeft', { at: 4 }, true)?.cursor ?? {};
    expect(selected).toEqual({ at: 3, mark: 4 });
    expect(press('ArrowLeft', selected, true)?.cursor).toEqual({ at: 1, mark: 4 });
    expect(press('ArrowLeft', selected)?.cursor).toEqual({ at: 1 });
    expect(press('Enter', { at: 1, mark: 4 })).toEqual({ cursor: {}, zoom: { from: 100, to: 400 } });
  });

  it('zooms in around the cursor, and out', () => {
    expect(press('Enter', { at: 3 })?.zoom).toEqual({ from: 200, to: 400 });
    expect(press('+')?.zoom).toEqual({ from: 100, to: 300 });
    expect(press('-')?.zoom).toEqual({ from: -200, to: 600 });
    expect(press('Enter')).toBeUndefined();
  });

  it('leaves other keys to the browser, and an empty chart alone', () => {
    expect(press('Tab')).toBeUndefined();
    expect(press('Escape', { at: 1, mark: 3 })).toEqual({ cursor: {} });
    expect(pressed({ key: 'ArrowRight', shiftKey: false }, {}, { times: [], series: [] })).toBeUndefined();
  });
});
