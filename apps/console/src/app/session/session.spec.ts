import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { routes, type Session as SessionAnswer } from '@checkstack/api';
import { Subject } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { Live } from '../live/live.js';
import { Session } from './session.js';

const answer: SessionAnswer = {
  user: { id: '0b0f3a3c-7f59-4a0a-9d5e-1f2f3a4b5c6d', email: 'ada@example.org', name: 'Ada' },
  role: 'editor',
  rules: ['checks.check.manage'],
  expiresAt: '2027-01-01T00:00:00Z',
};

describe('the session', () => {
  const signedOut = new Subject<void>();
  const call = vi.fn<(route: unknown) => Promise<unknown>>();
  const live = { start: vi.fn(), stop: vi.fn(), refresh: vi.fn(), failures: signal(0) };
  const router = { url: '/checks?state=unhealthy', navigate: vi.fn(), navigateByUrl: vi.fn() };
  let session: Session;

  beforeEach(() => {
    for (const mock of [call, live.start, live.stop, live.refresh, router.navigate, router.navigateByUrl])
      mock.mockReset();
    live.failures.set(0);
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { call, signedOut } },
        { provide: Live, useValue: live },
        { provide: Router, useValue: router },
      ],
    });
    session = TestBed.inject(Session);
  });

  const enter = () => {
    session.entered(answer);
    TestBed.tick();
  };
  const refuse = (status: number) => call.mockRejectedValueOnce(new ApiProblem(status, 'x', 'x', 'x'));

  it('is asked for once, and nobody being in is an answer', async () => {
    refuse(401);
    await Promise.all([session.ready(), session.ready()]);
    await session.ready();
    expect(call).toHaveBeenCalledExactlyOnceWith(routes.session.read);
    expect(session.user()).toBeUndefined();
  });

  it('is asked for again when the hub did not answer', async () => {
    refuse(0);
    await expect(session.ready()).rejects.toThrow();
    call.mockResolvedValueOnce(answer);
    await session.ready();
    expect(session.user()?.name).toBe('Ada');
  });

  it('says what one may do', () => {
    expect(session.may('checks.check.read')).toBe(false);
    enter();
    expect(session.may('checks.check.read')).toBe(true);
    expect(session.may('access.user.read')).toBe(false);
  });

  it('hears the news while somebody is in', () => {
    enter();
    expect(live.start).toHaveBeenCalledOnce();
  });

  it('leads back to where one was when it ends', () => {
    enter();
    signedOut.next();
    expect(session.user()).toBeUndefined();
    expect(router.navigate).toHaveBeenCalledWith(['/sign-in'], {
      queryParams: { returnTo: '/checks?state=unhealthy' },
    });
  });

  it('notices its end when the live socket is refused', async () => {
    enter();
    refuse(401);
    live.failures.set(1);
    TestBed.tick();
    await vi.waitFor(() => expect(session.user()).toBeUndefined());
  });

  it('has everything read again while no socket gets through to a hub that answers', async () => {
    enter();
    call.mockResolvedValue(answer);
    live.failures.set(1);
    TestBed.tick();
    live.failures.set(2);
    TestBed.tick();
    await vi.waitFor(() => expect(live.refresh).toHaveBeenCalled());
    expect(session.user()?.name).toBe('Ada');
  });
});
