import { TestBed } from '@angular/core/testing';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { LiveMessage, Satellite } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { Satellites } from './satellites.js';
import { calmGauges, makeSatellite } from './testing/make-satellite.js';

describe('the list of satellites', () => {
  const messages = new Subject<LiveMessage>();
  let satellites: Satellite[];
  let mayManage: boolean;

  beforeEach(() => {
    mayManage = true;
    satellites = [];
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'satellites', component: Satellites }], withComponentInputBinding()),
        { provide: Api, useValue: { all: async () => satellites } },
        { provide: Session, useValue: { may: (rule: string) => rule === 'satellites.satellite.manage' && mayManage } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
  });

  async function open(address = '/satellites') {
    const harness = await RouterTestingHarness.create(address);
    const page = harness.fixture.nativeElement as HTMLElement;
    const until = (check: () => void) =>
      vi.waitFor(() => {
        harness.detectChanges();
        check();
      });
    const names = () => [...page.querySelectorAll('[role=cell] a')].map((link) => link.textContent.trim());
    const row = (name: string) =>
      [...page.querySelectorAll('[role=row]')].find((each) => each.textContent.includes(name))?.textContent ?? '';
    return { page, until, names, row };
  }

  it('teaches what a satellite is when there is none', async () => {
    const { page, until } = await open();
    await until(() => expect(page.textContent).toContain('No satellites yet'));
    expect(page.querySelectorAll('a[href="/satellites/new"]')).toHaveLength(2);
  });

  it('offers to enrol only to who may', async () => {
    mayManage = false;
    const { page, until } = await open();
    await until(() => expect(page.textContent).toContain('No satellites yet'));
    expect(page.querySelector('a[href="/satellites/new"]')).toBeNull();
  });

  it('puts first what worries, and says how many warnings each has', async () => {
    satellites = [
      makeSatellite('calm'),
      makeSatellite('full', { gauges: { ...calmGauges, warnings: ['The spool is in memory only: ENOSPC'] } }),
      makeSatellite('gone', { status: 'offline' }),
    ];
    const { until, names, row } = await open();
    await until(() => expect(names()).toEqual(['gone', 'full', 'calm']));
    expect(row('full')).toContain('1 warning');
    expect(row('calm')).not.toContain('warning');
  });

  it('shows those that its address names, and draws only what is seen of very many', async () => {
    satellites = Array.from({ length: 300 }, (_, index) =>
      makeSatellite(`edge-${index}`, { location: { id: 'x', name: index < 3 ? 'Rome' : 'Paris' } }),
    );
    const { page, until, names } = await open('/satellites?search=rome');
    await until(() => expect(names()).toEqual(['edge-0', 'edge-1', 'edge-2']));
    expect(page.textContent).toContain('3 of 300 satellites');
  });

  it('follows heartbeats without reading again', async () => {
    satellites = [makeSatellite('edge')];
    const { until, row } = await open();
    await until(() => expect(row('edge')).toContain('empty'));
    const gauges = { ...calmGauges, spoolRecords: 77, lostRecords: 5, at: '2030-01-01T00:00:10Z' };
    const { id } = satellites[0]!;
    satellites = [];
    messages.next({ type: 'satellite', id, status: 'online', rosterConfirmed: true, gauges });
    await until(() => expect(row('edge')).toMatch(/77.*5/));
  });
});
