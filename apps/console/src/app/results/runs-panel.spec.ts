import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { LiveMessage, Run, Slice } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { makeSlice } from '../history/testing/make-history.js';
import { Live } from '../live/live.js';
import { fits } from './run-filter.js';
import { RunsPanel } from './runs-panel.js';

const named = (name: string) => ({ id: name, name });

function makeRun(place: string, slot: string, more: Partial<Run> = {}): Run {
  const { check, system, environment, location, tag } = makeSlice(place);
  return {
    id: `${place} ${slot}`,
    sliceId: `slice ${place}`,
    check,
    system,
    environment,
    location,
    tag,
    place,
    satellite: null,
    slot,
    attempt: 0,
    verdict: 'healthy',
    startedAt: slot,
    durationMs: 1,
    failure: null,
    facts: {},
    assertions: [],
    ...more,
  };
}

describe('the table of runs', () => {
  const messages = new Subject<LiveMessage>();
  const call = vi.fn<(route: unknown, given: { query: Record<string, unknown> }) => Promise<unknown>>();
  const slices: Slice[] = [
    makeSlice('Paris', { environment: named('live') }),
    makeSlice('Rome', { environment: named('staging') }),
  ];

  beforeEach(() => {
    call.mockReset().mockResolvedValue({ items: [makeRun('Paris', '2030-01-01T00:00:00.000Z')], next: null });
    TestBed.configureTestingModule({
      providers: [
        provideRouter(
          [
            {
              path: 'page',
              component: RunsPanel,
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

  async function open(address: string) {
    const harness = await RouterTestingHarness.create(address);
    const page = harness.fixture.nativeElement as HTMLElement;
    const until = (check: () => void) =>
      vi.waitFor(() => {
        harness.detectChanges();
        check();
      });
    const press = (text: string) =>
      [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === text)?.click();
    const places = () => [...page.querySelectorAll('[role=row]')].slice(1).map((row) => row.textContent);
    return { page, until, press, places };
  }

  it('shows what its address says: verdict, location, environment and span', async () => {
    const { until, page } = await open(
      '/page?verdict=unhealthy&location=Paris&environment=live&range=1700000000000-1700003600000',
    );
    await until(() => expect(call).toHaveBeenCalled());
    expect(call.mock.lastCall?.[1].query).toEqual({
      checkId: 'c1',
      verdict: 'unhealthy',
      locationId: 'Paris',
      environmentId: 'live',
      from: '2023-11-14T22:13:20.000Z',
      to: '2023-11-14T23:13:20.000Z',
      limit: 50,
    });
    expect(page.textContent).toMatch(/Nov 1\d, .* – Nov 1\d, /);
  });

  it('keeps in its address what was chosen, and clears it', async () => {
    const { until, press } = await open('/page');
    press('Location');
    await until(() => expect(document.querySelector('[mat-menu-item]')).not.toBeNull());
    press('Rome');
    await until(() => expect(TestBed.inject(Router).url).toBe('/page?location=Rome'));
    await until(() => expect(call.mock.lastCall?.[1].query).toMatchObject({ locationId: 'Rome' }));
    press('Clear');
    await until(() => expect(TestBed.inject(Router).url).toBe('/page'));
  });

  it('takes in only those that arrive and fit', async () => {
    const { until, places } = await open('/page?location=Paris&verdict=healthy');
    await until(() => expect(places()).toHaveLength(1));
    const arrive = (...runs: Run[]) => messages.next({ type: 'runs', runs });
    arrive(
      makeRun('Rome', '2030-01-01T00:01:00.000Z'),
      makeRun('Paris', '2030-01-01T00:02:00.000Z', { verdict: 'unhealthy' }),
      makeRun('Paris', '2030-01-01T00:03:00.000Z'),
    );
    await until(() => expect(places()).toHaveLength(2));
  });
});

describe('a run that arrives', () => {
  const run = makeRun('Paris', '2030-01-01T00:00:00.000Z', { environment: named('live') });
  const at = Date.parse(run.slot);
  it.each([
    [{}, true],
    [{ environmentId: 'live', locationId: 'Paris', verdict: 'healthy' as const }, true],
    [{ environmentId: 'staging' }, false],
    [{ from: at, to: at }, true],
    [{ from: at + 1 }, false],
    [{ to: at - 1 }, false],
  ])('fits %o: %s', (filter, expected) => {
    expect(fits(run, filter)).toBe(expected);
  });
});
