import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { routes, type MaintenanceSeries, type Route } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';
import { MaintenanceDialog } from './maintenance-dialog.js';

const series: MaintenanceSeries = {
  id: 'series',
  title: 'Patches',
  description: '',
  from: '2030-03-24T01:30:07.000Z',
  to: '2030-03-24T03:30:00.000Z',
  systems: [{ id: 'shop', name: 'Shop' }],
  groups: [],
  suppressNotifications: true,
  excludeFromAvailability: true,
  reminderMinutes: [45],
  createdBy: { kind: 'user', id: null, name: 'Ada' },
  createdAt: '2030-01-01T00:00:00Z',
  updatedAt: '2030-01-01T00:00:00Z',
  version: 4,
  rule: 'FREQ=WEEKLY;BYDAY=SU',
  timeZone: 'Europe/Berlin',
  next: [],
  endedAt: null,
};

describe('planning a maintenance', () => {
  const close = vi.fn();
  let sent: { route: Route; body: unknown; version?: number } | undefined;
  let answer: () => Promise<unknown>;
  let fixture: ComponentFixture<MaintenanceDialog>;

  beforeEach(() => {
    close.mockReset();
    sent = undefined;
    answer = async () => ({ id: 'saved' });
  });

  function open(data: object): void {
    const call = async (route: Route, given: { body?: unknown; version?: number }) => {
      if (route.method === 'GET') return { items: [] };
      sent = { route, body: given.body, ...(given.version !== undefined && { version: given.version }) };
      return answer();
    };
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call } },
        { provide: Live, useValue: { messages: new Subject(), topic: () => new Subject() } },
        { provide: MatDialogRef, useValue: { close } },
        { provide: MAT_DIALOG_DATA, useValue: data },
      ],
    });
    fixture = TestBed.createComponent(MaintenanceDialog);
  }

  const page = () => fixture.nativeElement as HTMLElement;
  const field = (name: string) => page().querySelector<HTMLInputElement>(`[formcontrolname=${name}]`);

  async function type(name: string, text: string): Promise<void> {
    await fixture.whenStable();
    const input = field(name);
    if (!input) throw new Error(`There is no field ${name}.`);
    input.value = text;
    input.dispatchEvent(new Event('input'));
  }

  async function submit(): Promise<void> {
    page().querySelector('form')?.dispatchEvent(new Event('submit'));
    await fixture.whenStable();
  }

  it('takes times as the clocks of its zone show them, and leaves alone what was not touched', async () => {
    open({ series });
    await fixture.whenStable();
    expect(field('from')?.value).toBe('2030-03-24T02:30');
    // The Sunday on which there is no half past two.
    await type('to', '2030-03-31T02:30');
    await submit();
    expect(sent).toMatchObject({
      route: routes.maintenanceSeries.update,
      version: 4,
      body: {
        from: '2030-03-24T01:30:07.000Z',
        to: '2030-03-31T01:30:00.000Z',
        rule: 'FREQ=WEEKLY;BYDAY=SU',
        timeZone: 'Europe/Berlin',
        systemIds: ['shop'],
        reminderMinutes: [45],
      },
    });
    expect(close).toHaveBeenCalledWith({ id: 'saved' });
  });

  it('says at its field what the hub refuses, and stays open', async () => {
    open({ systems: series.systems });
    const message = 'It must end after it begins.';
    answer = () => Promise.reject(new ApiProblem(400, 'invalid_request', 'Bad', message, [{ path: 'to', message }]));
    await type('title', 'New disks');
    await submit();
    expect(sent).toMatchObject({
      route: routes.maintenances.create,
      body: { title: 'New disks', systemIds: ['shop'] },
    });
    expect(sent?.body).not.toHaveProperty('rule');
    await vi.waitFor(() => expect(page().textContent).toContain(message));
    expect(close).not.toHaveBeenCalled();
  });

  it('is not sent without a title', async () => {
    open({});
    await fixture.whenStable();
    await submit();
    expect(sent).toBeUndefined();
    expect(page().textContent).toContain('Fill this in.');
  });
});
