import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { routes, type Group } from '@checkstack/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem } from './api-problem.js';
import { Api } from './api.js';

const id = '0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d';
const group: Group = {
  id,
  name: 'Shop',
  systemCount: 0,
  state: 'healthy',
  createdAt: '2026-01-01T00:00:00Z',
  version: 4,
};

describe('the client of the hub', () => {
  let api: Api;
  let http: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    api = TestBed.inject(Api);
    http = TestBed.inject(HttpTestingController);
  });

  it('fills parameters and query into the address', async () => {
    const answer = api.call(routes.systems.list, { query: { search: 'a&b', limit: 5, tag: '' } });
    http.expectOne('/api/v1/systems?search=a%26b&limit=5').flush({ items: [], next: null });
    expect(await answer).toEqual({ items: [], next: null });
  });

  it('names the edited version, so that nobody’s change is lost', async () => {
    const answer = api.call(routes.groups.update, { params: { id }, body: { name: 'Shop' }, version: 4 });
    const { request } = http.expectOne(`/api/v1/groups/${id}`);
    expect(request.headers.get('If-Match')).toBe('"4"');
    http.expectNone('/other');
    void answer.catch(() => undefined);
  });

  it('turns a problem body into an error with its fields', async () => {
    const answer = api.call(routes.groups.create, { body: { name: '' } });
    const body = {
      type: 'about:blank',
      title: 'Not accepted',
      status: 400,
      detail: 'Something is wrong.',
      code: 'invalid',
      fields: [{ path: 'name', message: 'Give it a name.' }],
    };
    http.expectOne('/api/v1/groups').flush(body, { status: 400, statusText: 'Bad Request' });
    const problem = await answer.catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 400, code: 'invalid', message: 'Something is wrong.' });
    expect((problem as ApiProblem).field('name')).toBe('Give it a name.');
  });

  it('says that the hub does not answer', async () => {
    const answer = api.call(routes.groups.list);
    http.expectOne('/api/v1/groups').error(new ProgressEvent('error'));
    await expect(answer).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('has a sentence for a proxy that answers in the hub’s place', async () => {
    const answer = api.call(routes.groups.list);
    http.expectOne('/api/v1/groups').flush('<html>', { status: 502, statusText: 'Bad Gateway' });
    await expect(answer).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' });
  });

  it('tells when the session is over, but not when nobody was signed in or a password was wrong', async () => {
    let told = 0;
    api.signedOut.subscribe(() => told++);
    const refuse = async (answer: Promise<unknown>, address: string) => {
      http.expectOne(address).flush(null, { status: 401, statusText: 'Unauthorized' });
      await answer.catch(() => undefined);
    };
    await refuse(api.call(routes.session.read), '/api/v1/session');
    expect(told).toBe(0);
    await refuse(api.call(routes.groups.list), '/api/v1/groups');
    expect(told).toBe(1);
  });

  it('notices an answer that is not as agreed', async () => {
    const answer = api.call(routes.groups.list);
    http.expectOne('/api/v1/groups').flush({ items: [{ ...group, version: 'four' }] });
    await expect(answer).rejects.toMatchObject({ code: 'unexpected' });
  });

  it('reads a list page after page', async () => {
    const answer = api.all(routes.systems.list, { query: { search: 'a' } });
    http.expectOne('/api/v1/systems?search=a&limit=1000').flush({ items: [], next: 'p2' });
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    http.expectOne('/api/v1/systems?search=a&limit=1000&after=p2').flush({ items: [], next: null });
    expect(await answer).toEqual([]);
  });

  it('gives up when it is no longer wanted', async () => {
    const wanted = new AbortController();
    const answer = api.call(routes.groups.list, { signal: wanted.signal });
    const request = http.expectOne('/api/v1/groups');
    wanted.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(request.cancelled).toBe(true);
  });
});
