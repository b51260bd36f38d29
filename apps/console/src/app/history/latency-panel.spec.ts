import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { LiveMessage, Slice } from '@checkstack/api';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { makeHistory, makeSlice } from './testing/make-history.js';
import { stubDrawing } from './testing/stub-drawing.js';

interface Asked {
  query: { by: string; from: string; to: string };
}

describe('the latency of a check', () => {
  const messages = new Subject<LiveMessage>();
  const call = vi.fn<(route: unknown, given: Asked) => Promise<unknown>>();
  const from = Date.UTC(2024, 0, 1, 12);
  const hour = 3_600_000;
  const range = `${from}-${from + hour}`;

  let slices: Slice[];

  beforeEach(() => {
    stubDrawing();
    slices = [makeSlice('Paris'), makeSlice('Rome'), makeSlice('Oslo')];
    call
      .mockReset()
      .mockImplementation(async (_, { query: { by } }) =>
        makeHistory(
          { from, to: from + hour },
          by === 'check' ? { check: [84, 90] } : { Paris: [50, 60], Rome: [100, 900], Oslo: [70, 75] },
          by,
        ),
      );
    TestBed.configureTestingModule({
      providers: [
        provideRouter(
          [
            {
              path: 'page',
              // Only now: uPlot looks for a screen as soon as it is read.
              loadComponent: async () => (await import('./latency-panel.js')).LatencyPanel,
              resolve: { subject: () => ({ checkId: 'c1' }), slices: () => slices },
            },
          ],
          withComponentInputBinding(),
        ),
        { provide: Api, useValue: { call } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
  });

  // Other specs share this window.
  afterEach(() => vi.unstubAllGlobals());

  async function open(address: string) {
    const harness = await RouterTestingHarness.create(address);
    const page = harness.fixture.nativeElement as HTMLElement;
    const until = (check: () => void) =>
      vi.waitFor(() => {
        harness.detectChanges();
        check();
      });
    await until(() => expect(page.querySelector('cs-time-chart')).not.toBeNull());
    const press = (text: string) =>
      [...page.querySelectorAll('button')].find((each) => each.textContent.trim() === text)?.click();
    const key = (name: string, shiftKey = false) =>
      page.querySelector('[role=application]')?.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey }));
    const chart = () => page.querySelector('[role=img]')?.getAttribute('aria-label') ?? '';
    const query = () => TestBed.inject(Router).parseUrl(TestBed.inject(Router).url).queryParams;
    return { page, until, press, key, chart, query };
  }

  it('is one line with its bands, and says in words what it shows', async () => {
    const { page, chart } = await open(`/page?range=${range}`);
    expect(chart()).toMatch(/^Latency, p50, p95 and highest\. p50: 84 ms to 90 ms/);
    expect(page.textContent).toMatch(/p50 84 ms, p95 90 ms, highest 180 ms at .+ · 2 runs, all healthy/);
    expect(call.mock.lastCall?.[1].query).toMatchObject({ by: 'check', from: new Date(from).toISOString() });
  });

  it('puts into the address what was selected by keyboard, and asks for it', async () => {
    const { until, key, query } = await open(`/page?range=${range}`);
    key('Home');
    key('End', true);
    key('Enter');
    const zoomed = `${from}-${from + hour / 2}`;
    await until(() => expect(query()).toEqual({ range: zoomed }));
    await until(() => expect(call.mock.lastCall?.[1].query.to).toBe(new Date(from + hour / 2).toISOString()));
  });

  it('zooms out', async () => {
    const { until, key, query } = await open(`/page?range=${range}`);
    key('-');
    await until(() => expect(query()).toEqual({ range: `${from - hour / 2}-${from + 1.5 * hour}` }));
  });

  it('is parted as the address says, and shows of each what was chosen', async () => {
    const { until, press, chart, query } = await open(`/page?range=${range}`);
    press('By location');
    await until(() => expect(query()).toEqual({ range, by: 'location' }));
    await until(() => expect(chart()).toMatch(/^Latency, p95\. Paris.*; Rome.*; Oslo/));
    press('p50');
    await until(() => expect(query()).toEqual({ range, by: 'location', measure: 'p50' }));
    await until(() => expect(chart()).toMatch(/^Latency, p50\./));
    press('All together');
    await until(() => expect(query()).toEqual({ range, measure: 'p50' }));
  });

  it('puts two places beside each other', async () => {
    const { page, until, chart } = await open(`/page?range=${range}&by=location&compare=Paris~Rome`);
    await until(() => expect(page.querySelector('table')).not.toBeNull());
    expect(chart()).toMatch(/Paris p50.*Paris p95.*Rome p50.*Rome p95/);
    expect(chart()).not.toContain('Oslo');
    const rows = [...page.querySelectorAll('tbody tr')].map((row) => row.textContent.replace(/\s+/g, ' ').trim());
    expect(rows[0]).toBe('p5050 ms100 ms+50 ms (2 ×)');
  });

  it('says which lines of very many it shows', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, nth) => [`place ${nth}`, [nth + 1]]));
    slices = Array.from({ length: 5000 }, (_, nth) => makeSlice(`place ${nth}`));
    call.mockImplementation(async () => makeHistory({ from, to: from + hour }, many, 'location'));
    const { page, chart } = await open(`/page?range=${range}&by=location`);
    expect(page.textContent).toContain('The 8 worst of 30 lines are drawn');
    expect(page.textContent).toContain('2,000 of 5,000 slices are read');
    expect(chart().match(/place \d+:/g)).toEqual([22, 23, 24, 25, 26, 27, 28, 29].map((nth) => `place ${nth}:`));
  });

  it('says so where nothing was measured', async () => {
    call.mockImplementation(async () => makeHistory({ from, to: from + hour }, { check: [] }, 'check'));
    const harness = await RouterTestingHarness.create(`/page?range=${range}`);
    await vi.waitFor(() => {
      harness.detectChanges();
      expect((harness.fixture.nativeElement as HTMLElement).textContent).toContain('Nothing was measured');
    });
  });
});
