import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { routes, type AuditEntry, type LiveMessage } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { AuditLog } from './audit-log.js';

function entry(id: number, name: string, given: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: String(id),
    at: '2030-01-01T00:00:00Z',
    actor: { kind: 'user', id: 'u1', name: 'Ada' },
    action: 'check.update',
    subject: { kind: 'check', id: `c${id}`, name },
    changes: { timeoutMs: [1000, 2000] },
    address: '192.0.2.1',
    ...given,
  };
}

describe('the audit log', () => {
  const messages = new Subject<LiveMessage>();
  const call = vi.fn<(route: unknown, given: { query: Record<string, unknown> }) => Promise<unknown>>();

  beforeEach(() => {
    call.mockReset().mockImplementation(async (_, { query }) => {
      if (query['after'] === 'page 2') return { items: [entry(1, 'oldest')], next: null };
      if (query['subjectId']) return { items: [entry(2, 'front page')], next: null };
      return { items: [entry(3, 'api'), entry(2, 'front page')], next: 'page 2' };
    });
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'audit', component: AuditLog }], withComponentInputBinding()),
        { provide: Api, useValue: { call, all: async () => [{ id: 'u1', name: 'Ada' }] } },
        { provide: Session, useValue: { may: () => true } },
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
    const subjects = () => [...page.querySelectorAll('li .line a')].map((link) => link.textContent.trim());
    const press = (text: string) =>
      [...page.querySelectorAll('button')].find((each) => (each.ariaLabel ?? each.textContent).includes(text))?.click();
    return { page, until, subjects, press };
  }

  it('reads on from where it ended, with the filter that stands in the address', async () => {
    const { page, until, subjects, press } = await open('/audit?action=check.update&actorId=u1');
    await until(() => expect(subjects()).toEqual(['api', 'front page']));
    press('Show older ones');
    await until(() => expect(subjects()).toEqual(['api', 'front page', 'oldest']));
    const filter = { action: 'check.update', actorId: 'u1', limit: 50 };
    expect(call.mock.calls.map(([route, { query }]) => [route, query])).toEqual([
      [routes.audit.list, filter],
      [routes.audit.list, { ...filter, after: 'page 2' }],
    ]);
    expect(page.textContent).not.toContain('Show older ones');
  });

  it('shows the story of one thing, and begins anew when it changes', async () => {
    const { page, until, subjects, press } = await open('/audit');
    await until(() => expect(subjects()).toHaveLength(2));
    press('Show older ones');
    await until(() => expect(subjects()).toHaveLength(3));
    press('Only what was done to front page');
    await until(() => expect(subjects()).toEqual(['front page']));
    expect(TestBed.inject(Router).url).toBe('/audit?subjectKind=check&subjectId=c2');
    expect(page.textContent).toContain('Only front page');
  });
});
