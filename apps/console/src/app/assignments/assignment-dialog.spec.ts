import { TestBed } from '@angular/core/testing';
import { MatAutocompleteTrigger } from '@angular/material/autocomplete';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { By } from '@angular/platform-browser';
import { provideRouter } from '@angular/router';
import { routes, type Route } from '@checkstack/api';
import { Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { AssignmentDialog } from './assignment-dialog.js';

it('finds checks beyond the first ones while one is typed', async () => {
  const all = ['Bank', 'Mail', 'Shop'].map((name) => ({ id: name, name }));
  const call = async (route: Route, { query }: { query?: { search?: string } } = {}) =>
    route === routes.checks.list
      ? { items: all.filter(({ name }) => name.includes(query?.search ?? '')) }
      : { items: [] };
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: Api, useValue: { call, all: async () => [] } },
      { provide: Live, useValue: { messages: new Subject(), topic: () => new Subject() } },
      { provide: MatDialogRef, useValue: {} },
      { provide: MAT_DIALOG_DATA, useValue: { system: { id: 'system', name: 'System' } } },
    ],
  });
  const fixture = TestBed.createComponent(AssignmentDialog);
  fixture.detectChanges();
  const input = (fixture.nativeElement as HTMLElement).querySelector<HTMLInputElement>('input[formControlName=other]');
  const trigger = fixture.debugElement.query(By.directive(MatAutocompleteTrigger)).injector.get(MatAutocompleteTrigger);
  const offers = (expected: string[]): Promise<void> =>
    vi.waitFor(() => {
      fixture.detectChanges();
      expect(trigger.autocomplete.options.map(({ viewValue }) => viewValue)).toEqual(expected);
    });
  input?.focus();
  input?.dispatchEvent(new Event('focusin'));
  await offers(['Bank', 'Mail', 'Shop']);
  if (input) input.value = 'ai';
  input?.dispatchEvent(new Event('input'));
  await offers(['Mail']);
});
