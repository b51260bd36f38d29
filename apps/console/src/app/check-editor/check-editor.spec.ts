import {
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
  type HttpRequest,
} from '@angular/common/http';
import { Component } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { accessRules, type Check, type System } from '@checkstack/api';
import { of, throwError } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { builtInProbes } from '../../generated/probes.js';
import { Session } from '../session/session.js';
import { CheckEditor } from './check-editor.js';

@Component({ template: '' })
class Elsewhere {}

const id = '6f1c6a0e-7f6e-4d5b-9c64-0d8c3f1c2b11';
const systemId = '0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d';
const locationId = '3d2f6a0e-7f6e-4d5b-9c64-0d8c3f1c2b22';
const stored: Check = {
  id,
  name: 'Shop',
  kind: 'http',
  config: { url: 'https://shop.example.org' },
  collectors: [{ collector: 'response', config: {}, assertions: [] }],
  schedule: { everySeconds: 60 },
  timeoutMs: 5000,
  paused: false,
  tags: [],
  state: { state: 'unknown', since: null, reason: null },
  flappingSince: null,
  maintenance: null,
  assignmentCount: 0,
  createdAt: '2030-01-01T00:00:00Z',
  updatedAt: '2030-01-01T00:00:00Z',
  version: 3,
};

const system: System = {
  id: systemId,
  name: 'Web shop',
  description: '',
  contacts: [],
  contactUsers: [],
  links: [],
  tags: [],
  groupIds: [],
  groups: [],
  environmentIds: [],
  environments: [],
  checkCount: 0,
  state: { state: 'unknown', since: null, reason: null },
  own: { state: 'unknown', since: null, reason: null },
  maintenance: null,
  paused: false,
  causes: [],
  byEnvironment: [],
  createdAt: '2030-01-01T00:00:00Z',
  updatedAt: '2030-01-01T00:00:00Z',
  version: 1,
};

/** Answers by `METHOD path`; what is thrown is a problem body. */
let answers: Record<string, (body: unknown) => unknown>;
let asked: { line: string; body: unknown; ifMatch: string | null }[];
let fixture: ComponentFixture<CheckEditor>;
const page = () => fixture.nativeElement as HTMLElement;

function hub(request: HttpRequest<unknown>) {
  const line = `${request.method} ${request.url.replace('/api/v1', '').replace(/\?.*/, '')}`;
  asked.push({ line, body: request.body, ifMatch: request.headers.get('If-Match') });
  try {
    return of(new HttpResponse({ status: 200, body: answers[line]?.(request.body) ?? { items: [], next: null } }));
  } catch (error) {
    return throwError(() => new HttpErrorResponse({ status: (error as { status: number }).status, error }));
  }
}

const refusal = (status: number, code: string, fields?: object[]) =>
  Object.assign(new Error(code), { type: 'about:blank', title: code, status, detail: `${code}.`, code, fields });
const lastAsked = (line: string) => asked.filter((each) => each.line === line).at(-1);
const until = (check: () => void) =>
  vi.waitFor(
    () => {
      fixture.detectChanges();
      check();
    },
    { timeout: 10_000 },
  );

function press(name: string): void {
  const button = [...page().querySelectorAll('button')].find(
    (each) => (each.getAttribute('aria-label') ?? each.textContent).trim() === name,
  );
  if (!button) throw new Error(`There is no button “${name}”.`);
  button.click();
}

function fieldOf(label: string): HTMLInputElement | undefined {
  const named = (each: Element) => each.querySelector('mat-label')?.textContent === label;
  return [...page().querySelectorAll('mat-form-field')].find(named)?.querySelector('input') ?? undefined;
}

function type(label: string, text: string): void {
  const input = fieldOf(label);
  if (!input) throw new Error(`There is no field “${label}”.`);
  input.value = text;
  input.dispatchEvent(new Event('input'));
}

async function open(inputs: Record<string, string>): Promise<void> {
  fixture = TestBed.createComponent(CheckEditor);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await until(() => expect(page().textContent).toContain('What is checked'));
}

beforeEach(() => {
  Object.assign(Element.prototype, { scrollIntoView: () => undefined });
  asked = [];
  answers = {
    'GET /probes': () => ({ items: builtInProbes }),
    'GET /locations': () => ({
      items: [{ id: locationId, name: 'local', satelliteCount: 1, onlineCount: 1, version: 1 }],
    }),
    [`GET /systems/${systemId}`]: () => system,
    [`GET /checks/${id}`]: () => stored,
    'POST /checks': () => stored,
    [`PATCH /checks/${id}`]: () => stored,
  };
  TestBed.configureTestingModule({
    providers: [provideHttpClient(withInterceptors([hub])), provideRouter([{ path: '**', component: Elsewhere }])],
  });
  const user = { id, email: 'ada@example.org', name: 'Ada' };
  TestBed.inject(Session).entered({ user, role: 'admin', rules: [...accessRules], expiresAt: '2031-01-01T00:00:00Z' });
});

describe('the check editor', { timeout: 30_000 }, () => {
  it('saves a new check, attaches it to the system it was opened for, and leads to its page', async () => {
    await open({ kind: 'http', systemId });
    await until(() => expect(page().querySelector('cs-first-assignments')?.textContent).toContain('Web shop'));
    await until(() => expect(page().querySelector('#locations')?.textContent).toContain('local'));
    type('Name', 'Shop');
    type('URL', 'https://shop.example.org');
    press('Save check');
    await until(() => expect(TestBed.inject(Router).url).toBe(`/checks/${id}`));
    expect(lastAsked('POST /checks')?.body).toMatchObject({
      name: 'Shop',
      kind: 'http',
      config: { url: 'https://shop.example.org', method: 'GET' },
      collectors: [{ collector: 'response', assertions: builtInProbes[0]?.collectors[0]?.defaultAssertions }],
      schedule: { everySeconds: 60 },
    });
    expect(lastAsked('POST /assignments')?.body).toMatchObject({
      checkId: id,
      systemId,
      locationIds: [locationId],
      thresholds: { healthy: 1, degraded: 2, unhealthy: 5 },
      environments: { mode: 'all' },
    });
    expect(fixture.componentInstance.hasChanges()).toBe(false);
  });

  it('keeps what was written when another kind is looked at', async () => {
    await open({ kind: 'http' });
    type('Name', 'Shop');
    type('URL', 'https://shop.example.org');
    fixture.componentRef.setInput('kind', undefined);
    await until(() => expect(page().textContent).toContain('What do you want to watch?'));
    fixture.componentRef.setInput('kind', 'tcp');
    await until(() => expect(fieldOf('Name')?.value).toBe('Shop'));
    expect(fixture.componentInstance.hasChanges()).toBe(true);
  });

  it('says what is missing before anything is sent', async () => {
    await open({ kind: 'http' });
    press('Save check');
    await until(() => expect(page().textContent).toContain('Fill this in.'));
    expect(lastAsked('POST /checks')).toBeUndefined();
  });

  it('brings what the hub refuses to its field', async () => {
    answers['POST /checks'] = () => {
      throw refusal(400, 'invalid_request', [{ path: 'config.url', message: 'must start with http' }]);
    };
    await open({ kind: 'http' });
    type('Name', 'Shop');
    type('URL', 'ftp://shop.example.org');
    press('Save check');
    await until(() => expect(page().querySelector('mat-error')?.textContent).toBe('must start with http'));
    expect(fixture.componentInstance.hasChanges()).toBe(true);
  });

  it('asks whose version counts when somebody else was faster', async () => {
    answers[`PATCH /checks/${id}`] = () => {
      throw refusal(412, 'changed_meanwhile');
    };
    await open({ id });
    type('Name', 'Mine');
    press('Save changes');
    await until(() => expect(page().textContent).toContain('Somebody else changed this check'));
    expect(lastAsked(`PATCH /checks/${id}`)?.ifMatch).toBe('"3"');

    answers[`GET /checks/${id}`] = () => ({ ...stored, name: 'Theirs', version: 4 });
    answers[`PATCH /checks/${id}`] = () => stored;
    press('Save mine over theirs');
    await until(() => expect(TestBed.inject(Router).url).toBe(`/checks/${id}`));
    expect(lastAsked(`PATCH /checks/${id}`)).toMatchObject({ ifMatch: '"4"', body: { name: 'Mine' } });
  });

  it('runs what is in the form, and makes an assertion of a fact that was found', async () => {
    const run = { id, location: 'local', satellite: 'local', log: [], problem: null, createdAt: stored.createdAt };
    const report = { verdict: 'healthy', startedAt: stored.createdAt, durationMs: 12, failure: null, assertions: [] };
    answers['POST /test-runs'] = () => ({ ...run, status: 'waiting', report: null });
    answers[`GET /test-runs/${id}`] = () => ({
      ...run,
      status: 'finished',
      report: { ...report, facts: { 'response.status': 204 } },
    });
    await open({ id });
    await until(() => expect(page().querySelector('cs-test-panel')?.textContent).toContain('local'));
    press('Test now');
    await until(() => press('Add an assertion on Status'));
    expect(lastAsked('POST /test-runs')?.body).toMatchObject({ checkId: id, locationId, config: stored.config });
    await until(() => expect(page().textContent).toContain('Status equals 204, otherwise the run is unhealthy.'));
  });
});
