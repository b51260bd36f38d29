import { Component, type Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MatDialogRef } from '@angular/material/dialog';
import { provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { routes, type ApiKey, type LiveMessage, type User } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { Api } from '../api/api.js';
import { Live } from '../live/live.js';
import { Session } from '../session/session.js';
import { ApiKeyDialog } from './api-key-dialog.js';
import { ApiKeys } from './api-keys.js';
import { Users } from './users.js';

@Component({ template: '' })
class Elsewhere {}

const role = { id: 'r1', name: 'viewer' };
const user = (name: string, given: Partial<User> = {}): User => ({
  id: `id of ${name}`,
  email: `${name.toLowerCase()}@example.org`,
  name,
  role,
  disabled: false,
  createdAt: '2030-01-01T00:00:00Z',
  lastSignInAt: null,
  version: 3,
  ...given,
});
const key = (name: string, given: Partial<ApiKey> = {}): ApiKey => ({
  id: `id of ${name}`,
  name,
  role,
  createdAt: '2020-01-01T00:00:00Z',
  createdBy: 'Ada',
  expiresAt: null,
  lastUsedAt: null,
  resting: false,
  hint: 'csk_abcd',
  ...given,
});

const messages = new Subject<LiveMessage>();
const call = vi.fn<(route: unknown, given?: unknown) => Promise<unknown>>();
let listed: unknown[];
let rules: string[];

beforeEach(() => {
  rules = ['access.user.manage', 'access.api-key.manage'];
  call.mockReset().mockImplementation(async (route) => {
    if (route === routes.roles.list) return { items: [{ ...role, builtIn: true, rules: ['catalog.system.read'] }] };
    if (route === routes.apiKeys.create) return { apiKey: key('New'), key: 'csk_shown-once' };
    return {};
  });
});

async function open(screen: Type<unknown>) {
  TestBed.configureTestingModule({
    providers: [
      provideRouter(
        [
          { path: 'here', component: screen },
          { path: '**', component: Elsewhere },
        ],
        withComponentInputBinding(),
      ),
      { provide: Api, useValue: { call, all: async () => listed } },
      {
        provide: Session,
        useValue: { may: (rule: string) => rules.includes(rule), user: () => ({ id: 'id of Ada' }) },
      },
      { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
    ],
  });
  const harness = await RouterTestingHarness.create('/here');
  const until = (check: () => void) =>
    vi.waitFor(() => {
      harness.detectChanges();
      check();
    });
  const press = (text: string) => {
    const buttons = [...document.querySelectorAll<HTMLElement>('button')];
    const named = (each: HTMLElement) => each.getAttribute('aria-label') ?? each.textContent.trim();
    const found = buttons.findLast((each) => named(each) === text);
    if (!found) throw new Error(`There is no button “${text}”, only ${buttons.map(named).join(', ')}`);
    found.click();
  };
  return { page: harness.fixture.nativeElement as HTMLElement, until, press };
}

describe('the users', () => {
  beforeEach(() => (listed = [user('Ada'), user('Bob'), user('Eve', { disabled: true })]));

  it('are disabled only after the question was answered, with the version that was seen', async () => {
    const { until, press } = await open(Users);
    await until(() => press('What to do with Bob'));
    await until(() => press('Disable'));
    await until(() => expect(document.body.textContent).toContain('Disable Bob?'));
    expect(document.body.textContent).toContain('API keys that they made rest');
    expect(call.mock.calls.map(([route]) => route)).not.toContain(routes.users.update);
    press('Disable');
    const given = { params: { id: 'id of Bob' }, body: { disabled: true }, version: 3 };
    await until(() => expect(call).toHaveBeenCalledWith(routes.users.update, given));
  });

  it('say why one was not deleted, and stay', async () => {
    const refusal = new ApiProblem(409, 'last_administrator', 'last administrator', 'Somebody must remain.');
    call.mockRejectedValue(refusal);
    const { page, until, press } = await open(Users);
    await until(() => press('What to do with Eve'));
    await until(() => press('Delete user'));
    await until(() => expect(document.body.textContent).toContain('Delete Eve?'));
    press('Delete user');
    await until(() => expect(document.querySelector('mat-dialog-container')?.textContent).toContain('Somebody must'));
    expect(page.textContent).toContain('Eve');
  });

  it('cannot put themselves out', async () => {
    const { until, press } = await open(Users);
    await until(() => press('What to do with Ada'));
    await until(() => expect(document.querySelectorAll('[mat-menu-item]').length).toBeGreaterThan(0));
    const items = [...document.querySelectorAll('[mat-menu-item]')].map((item) => item.textContent.trim());
    expect(items).toEqual(['Name and role', 'New password']);
  });

  it('are only looked at by who may not manage them', async () => {
    rules = [];
    const { page, until } = await open(Users);
    await until(() => expect(page.textContent).toContain('3 users'));
    expect([...page.querySelectorAll('button')].map((each) => each.textContent.trim())).not.toContain('New user');
    expect(page.querySelector('[aria-label^="What to do"]')).toBeNull();
  });
});

describe('the API keys', () => {
  it('say which of them works no more, and why', async () => {
    listed = [key('Old', { expiresAt: '2020-02-01T00:00:00Z' }), key('Resting', { resting: true }), key('Good')];
    const { page, until } = await open(ApiKeys);
    const row = (name: string) =>
      [...page.querySelectorAll('[role=row]')].find((each) => each.textContent.includes(name))?.textContent ?? '';
    await until(() => expect(row('Old')).toContain('ended'));
    expect(row('Resting')).toContain('maker disabled');
    expect(row('Good')).not.toMatch(/ended|disabled/);
  });

  it('show a new one once, and not without a copy being asked for: no stray key closes the dialog', async () => {
    rules = ['catalog.system.read'];
    const opened = { disableClose: false };
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call } },
        { provide: Session, useValue: { may: (rule: string) => rules.includes(rule) } },
        { provide: Live, useValue: { messages, topic: () => messages, hearing: () => Promise.resolve() } },
        { provide: MatDialogRef, useValue: opened },
      ],
    });
    const dialog = TestBed.createComponent(ApiKeyDialog);
    const page = dialog.nativeElement as HTMLElement;
    const submit = () => page.querySelector('form')?.dispatchEvent(new Event('submit'));
    dialog.detectChanges();
    submit();
    expect(call.mock.calls.map(([route]) => route)).not.toContain(routes.apiKeys.create);
    dialog.componentInstance['form'].setValue({ name: 'Deploy', roleId: 'r1', days: 0 });
    submit();
    await vi.waitFor(() => {
      dialog.detectChanges();
      expect(page.querySelector('[aria-label="API key"]')?.textContent).toBe('csk_shown-once');
    });
    const body = { name: 'Deploy', roleId: 'r1', expiresAt: null };
    expect(call).toHaveBeenCalledWith(routes.apiKeys.create, { body });
    expect(opened.disableClose).toBe(true);
  });
});
