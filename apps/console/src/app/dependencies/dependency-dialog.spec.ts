import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { MatAutocompleteTrigger } from '@angular/material/autocomplete';
import { By } from '@angular/platform-browser';
import { routes, type Route } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';
import { DependencyDialog } from './dependency-dialog.js';

describe('adding what a system depends on', () => {
  const close = vi.fn();
  const all = ['Bank', 'Mail', 'Shop'].map((name) => ({ id: name, name }));
  let sent: unknown;
  let answer: () => Promise<unknown>;
  let fixture: ComponentFixture<DependencyDialog>;

  beforeEach(() => {
    close.mockReset();
    answer = async () => ({ id: 'new' });
    const call = async (route: Route, { query, body }: { query?: { search?: string }; body?: unknown }) => {
      if (route === routes.systems.list) return { items: all.filter(({ name }) => name.includes(query?.search ?? '')) };
      sent = body;
      return answer();
    };
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call, all: async () => [] } },
        { provide: Live, useValue: { messages: new Subject(), topic: () => new Subject() } },
        { provide: MatDialogRef, useValue: { close } },
        { provide: MAT_DIALOG_DATA, useValue: { downstream: all[2] } },
      ],
    });
    fixture = TestBed.createComponent(DependencyDialog);
  });

  const page = () => fixture.nativeElement as HTMLElement;
  const offered = () => {
    const trigger = fixture.debugElement.query(By.directive(MatAutocompleteTrigger));
    return trigger.injector.get(MatAutocompleteTrigger).autocomplete.options;
  };
  const offers = (expected: string[]) =>
    vi.waitFor(() => {
      fixture.detectChanges();
      expect(offered().map(({ viewValue }) => viewValue)).toEqual(expected);
    });
  const type = async (text: string, found: string[]) => {
    fixture.detectChanges();
    const input = page().querySelector<HTMLInputElement>('input[formControlName=other]');
    input?.focus();
    input?.dispatchEvent(new Event('focusin'));
    await offers(['Bank', 'Mail']);
    if (input) input.value = text;
    input?.dispatchEvent(new Event('input'));
    await offers(found);
  };
  const save = () => page().querySelector<HTMLButtonElement>('button[type=submit]')?.click();

  it('finds systems while one is typed, and sends the chosen one', async () => {
    await type('an', ['Bank']);
    offered().first._selectViaInteraction();
    save();
    await vi.waitFor(() => expect(close).toHaveBeenCalledWith({ id: 'new' }));
    expect(sent).toEqual({
      downstreamId: 'Shop',
      upstreamId: 'Bank',
      impact: 'critical',
      transitive: true,
      label: '',
      rules: [],
    });
  });

  it('says at the field why the system cannot be needed', async () => {
    const message = 'That is a circle: Shop → Bank → Shop.';
    answer = () => Promise.reject(new ApiProblem(409, 'circular', '', message, [{ path: 'upstreamId', message }]));
    await type('an', ['Bank']);
    offered().first._selectViaInteraction();
    save();
    await vi.waitFor(() => {
      fixture.detectChanges();
      expect(page().querySelector('mat-error')?.textContent).toContain(message);
    });
    expect(page().querySelector('cs-notice')).toBeNull();
    expect(close).not.toHaveBeenCalled();
  });
});
