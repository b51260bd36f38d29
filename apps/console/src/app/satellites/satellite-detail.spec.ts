import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { routes, type LiveMessage, type Satellite, type SatelliteGap } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { SatelliteDetail } from './satellite-detail.js';
import { calmGauges, makeSatellite } from './testing/make-satellite.js';

interface Call {
  params?: { id: string };
  query?: { from: string; to: string };
  body?: unknown;
  version?: number;
}

const outage: SatelliteGap = {
  from: '2030-01-01T12:03:00Z',
  to: '2030-01-01T12:05:00Z',
  reason: 'satellite_offline',
  runs: 1500,
  slices: 500,
  checkCount: 500,
  checks: [{ id: 'c1', name: 'front page' }],
};

describe('the page of a satellite', () => {
  const messages = new Subject<LiveMessage>();
  const call = vi.fn<(route: unknown, given: Call) => Promise<unknown>>();
  let satellite: Satellite;
  let gaps: SatelliteGap[];

  beforeEach(() => {
    satellite = makeSatellite('edge');
    gaps = [];
    call.mockReset().mockImplementation(async (route, { body }) => {
      if (route === routes.satellites.gaps) return { items: gaps, more: false };
      if (route === routes.satellites.update) satellite = { ...satellite, status: 'disabled' };
      return body === undefined || route === routes.satellites.update ? satellite : {};
    });
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'satellites/:id', component: SatelliteDetail }], withComponentInputBinding()),
        { provide: Api, useValue: { call, all: async () => [] } },
        { provide: Session, useValue: { may: () => true } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
  });

  async function open() {
    const harness = await RouterTestingHarness.create(`/satellites/${satellite.id}`);
    const page = harness.fixture.nativeElement as HTMLElement;
    const until = (check: () => void) =>
      vi.waitFor(() => {
        harness.detectChanges();
        check();
      });
    const button = (text: string) =>
      [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === text);
    await until(() => expect(page.textContent).toContain('What it runs'));
    return { page, until, button };
  }

  const spansAsked = () =>
    call.mock.calls
      .filter(([route]) => route === routes.satellites.gaps)
      .map(([, { query }]) => (Date.parse(query?.to ?? '') - Date.parse(query?.from ?? '')) / 3_600_000);

  it('tells an outage in one line, over a day or a week', async () => {
    gaps = [outage];
    const { page, until, button } = await open();
    await until(() => expect(page.textContent).toContain('1,500 runs of 500 checks: the satellite was offline.'));
    expect(page.textContent).toMatch(/front page\s+and 499 more/);
    expect(spansAsked()).toEqual([24]);
    gaps = [];
    button('7 d')?.click();
    await until(() => expect(page.textContent).toContain('Nothing in the last 7 days'));
    expect(spansAsked()).toEqual([24, 168]);
  });

  it('asks again for what is missing as soon as the satellite says that it lost something', async () => {
    const { page, until } = await open();
    await until(() => expect(page.textContent).toContain('every run that was due is stored'));
    gaps = [{ ...outage, reason: 'spool_full', runs: 1, checkCount: 1 }];
    const gauges = { ...calmGauges, lostRecords: 1, at: '2030-01-01T00:00:10Z' };
    messages.next({ type: 'satellite', id: satellite.id, status: 'online', rosterConfirmed: true, gauges });
    await until(() => expect(page.textContent).toContain('1 run of 1 check: the spool was full'));
  });

  it('says that it drains and what stays with it, and ends that', async () => {
    satellite = { ...satellite, draining: true, sliceCount: 2 };
    const { page, until, button } = await open();
    expect(page.textContent).toContain('It keeps 2 slices that no other satellite can run.');
    button('End draining')?.click();
    const isAsked = ([route]: unknown[]) => route === routes.satellites.update;
    await until(() => expect(call.mock.calls.find(isAsked)?.[1]).toMatchObject({ body: { draining: false } }));
  });

  it('draws lines from the second heartbeat on, and says what is not taken over yet', async () => {
    const { page, until } = await open();
    expect(page.querySelector('cs-sparkline')).toBeNull();
    expect(page.textContent).not.toContain('not taken over yet');
    const gauges = { ...calmGauges, runsPerSecond: 9, at: '2030-01-01T00:00:10Z' };
    messages.next({ type: 'satellite', id: satellite.id, status: 'online', rosterConfirmed: false, gauges });
    await until(() => expect(page.querySelectorAll('cs-sparkline')).toHaveLength(5));
    expect(page.textContent).toContain('not taken over yet');
  });

  it('reminds of a token that ends', async () => {
    satellite = makeSatellite('rotated', { oldTokenEndsAt: '2030-01-01T14:03:00Z' });
    const { page } = await open();
    expect(page.textContent).toContain('start it with the new one by');
    expect(page.querySelector('cs-notice time')?.getAttribute('datetime')).toBe('2030-01-01T14:03:00Z');
  });

  it('says what became of results that are not stored, and nothing where there are none', async () => {
    satellite = makeSatellite('odd', {
      supersededResults: 12,
      refusedResults: 3,
      rejectedResults: { count: 3, newest: { at: '2030-01-01T00:00:00Z', reason: 'attempt 40000 is out of range' } },
    });
    const { page } = await open();
    const odd = page.querySelector('.odd')?.textContent ?? '';
    expect(odd).toMatch(/Superseded\s+12/);
    expect(odd).toMatch(/Rejected\s+3.*attempt 40000 is out of range/s);
    expect(odd).not.toContain('Refused');
  });

  it('disables only after the question was answered, with the version that was seen', async () => {
    const { page, until, button } = await open();
    page.querySelector<HTMLButtonElement>('[aria-label="More"]')?.click();
    await until(() => expect(document.querySelector('[mat-menu-item]')).not.toBeNull());
    button('Disable')?.click();
    await until(() => expect(document.body.textContent).toContain('Disable edge?'));
    expect(call.mock.calls.map(([route]) => route)).not.toContain(routes.satellites.update);
    [...document.querySelectorAll<HTMLButtonElement>('mat-dialog-actions button')].at(-1)?.click();
    await until(() => expect(page.textContent).toContain('It is disabled'));
    expect(call).toHaveBeenCalledWith(routes.satellites.update, {
      params: { id: satellite.id },
      body: { disabled: true },
      version: 7,
    });
  });
});
