import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { LiveMessage } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { Systems } from './systems.js';
import { makeSystem } from './testing/make-system.js';

describe('the list of systems', () => {
  const messages = new Subject<LiveMessage>();
  const id = '0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d';
  let harness: RouterTestingHarness;

  beforeEach(async () => {
    const all = [
      makeSystem('Shop', 'unhealthy', ['Portal'], { id, tags: ['tier-1'] }),
      makeSystem('Mail', 'degraded', [], {
        tags: ['tier-1'],
        environmentIds: ['staging'],
        byEnvironment: [{ environment: { id: 'staging', name: 'Staging' }, state: 'unknown', reason: 'No result yet' }],
      }),
      makeSystem('Search', 'healthy', ['Portal']),
    ];
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'systems', component: Systems }], withComponentInputBinding()),
        { provide: Api, useValue: { all: async () => all } },
        { provide: Session, useValue: { may: () => false } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
    harness = await RouterTestingHarness.create();
  });

  const page = () => harness.fixture.nativeElement as HTMLElement;
  const names = () => [...page().querySelectorAll('[role=cell] a')].map((link) => link.textContent.trim());
  const button = (text: string) =>
    [...page().querySelectorAll('button')].find((each) => each.textContent.includes(text));
  const shows = (expected: string[]) =>
    vi.waitFor(() => {
      harness.detectChanges();
      expect(names()).toEqual(expected);
    });
  const address = (expected: string) => vi.waitFor(() => expect(TestBed.inject(Router).url).toBe(expected));

  it('shows what its address says', async () => {
    await harness.navigateByUrl('/systems?tag=tier-1&sort=name');
    await shows(['Shop', 'Mail']);
    await harness.navigateByUrl('/systems?search=sea');
    await shows(['Search']);
    await harness.navigateByUrl('/systems?folded=none');
    await shows(['Shop', 'Search']);
  });

  it('keeps in its address what was chosen', async () => {
    await harness.navigateByUrl('/systems?tag=tier-1');
    await shows(['Shop', 'Mail']);
    button('Degraded')?.click();
    await address('/systems?tag=tier-1&state=degraded');
    await shows(['Mail']);
    button('Clear')?.click();
    await address('/systems');
    await shows(['Shop', 'Search', 'Mail']);
  });

  it('tells how systems are in an environment that was chosen', async () => {
    await harness.navigateByUrl('/systems?environment=staging&state=unknown');
    await shows(['Mail']);
    await harness.navigateByUrl('/systems?environment=staging&state=degraded');
    await shows([]);
  });

  it('moves with what it hears', async () => {
    await harness.navigateByUrl('/systems?state=healthy');
    await shows(['Search']);
    const state = { state: 'healthy', since: null, reason: null } as const;
    messages.next({ type: 'state', subject: { kind: 'system', id }, state });
    await shows(['Search', 'Shop']);
  });
});
