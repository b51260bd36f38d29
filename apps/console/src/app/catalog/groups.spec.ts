import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { routes, type Group, type LiveMessage } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { Groups } from './groups.js';

describe('the groups', () => {
  const messages = new Subject<LiveMessage>();
  const call = vi.fn<(route: unknown, given?: { body?: { name: string } }) => Promise<unknown>>();
  let groups: Group[];
  let mayManage: boolean;

  beforeEach(() => {
    mayManage = true;
    groups = [{ id: 'g1', name: 'Portal', systemCount: 1, state: 'healthy', version: 4 } as Group];
    call.mockReset().mockImplementation(async (route) => (route === routes.groups.list ? { items: groups } : {}));
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'groups', component: Groups }]),
        { provide: Api, useValue: { call } },
        { provide: Session, useValue: { may: () => mayManage } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
      ],
    });
  });

  async function open() {
    const harness = await RouterTestingHarness.create('/groups');
    const page = harness.fixture.nativeElement as HTMLElement;
    const until = (check: () => void) =>
      vi.waitFor(() => {
        harness.detectChanges();
        check();
      });
    const press = (label: string) => page.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
    await until(() => expect(page.textContent).toContain('Portal'));
    return { page, until, press };
  }

  it('are renamed where they stand: a refusal is told there, and what was written stays', async () => {
    const { page, until, press } = await open();
    press('Rename Portal');
    const field = () => page.querySelector<HTMLInputElement>('[aria-label="Name of Portal"]');
    await until(() => expect(field()).not.toBeNull());
    const input = field()!;
    input.value = 'Shop';
    call.mockRejectedValueOnce(new ApiProblem(409, 'already_exists', 'exists', 'There is a group with this name.'));
    press('Save the name');
    await until(() => expect(page.querySelector('[role=alert]')?.textContent).toContain('There is a group'));
    expect(field()?.value).toBe('Shop');
    expect(call).toHaveBeenLastCalledWith(routes.groups.update, {
      params: { id: 'g1' },
      body: { name: 'Shop' },
      version: 4,
    });
    groups = [{ ...groups[0]!, name: 'Shop', version: 5 }];
    press('Save the name');
    await until(() => expect(page.textContent).toContain('Shop'));
    expect(page.querySelector('[role=alert]')).toBeNull();
  });

  it('follow what others do, and the states of their systems', async () => {
    const { page, until } = await open();
    groups = [...groups, { id: 'g2', name: 'Payments', systemCount: 0, state: 'unknown', version: 1 } as Group];
    messages.next({ type: 'changed', thing: 'group', id: 'g2' });
    await until(() => expect(page.textContent).toContain('Payments'));
    groups = [];
    messages.next({
      type: 'state',
      subject: { kind: 'system', id: 's' },
      state: { state: 'unhealthy', since: null, reason: null },
    });
    await until(() => expect(page.textContent).toContain('No groups yet'));
  });

  it('are only looked at by who may not manage them', async () => {
    mayManage = false;
    const { page } = await open();
    expect(page.querySelectorAll('button')).toHaveLength(0);
    expect(page.querySelector('a[href="/systems?group=g1"]')?.textContent.trim()).toBe('1 system');
  });
});
