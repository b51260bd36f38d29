import { Location } from '@angular/common';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { Component } from '@angular/core';
import { routes, type AccessRule } from '@checkstack/api';
import { RouterTestingHarness } from '@angular/router/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../api/api.js';
import { ApiProblem } from '../api/api-problem.js';
import { may, setupNeeded, signedIn, signedOut } from './guards.js';
import { returnTarget } from './return-to.js';
import { Session } from './session.js';

@Component({ template: '' })
class Screen {}

describe('the way in', () => {
  let user: { name: string } | undefined;
  let needed = false;
  let isAway = false;
  let rules: AccessRule[] = [];

  beforeEach(() => {
    user = undefined;
    needed = isAway = false;
    rules = [];
    const away = new ApiProblem(0, 'unreachable', 'Away', 'Away.');
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          { path: 'setup', component: Screen, canActivate: [setupNeeded] },
          { path: 'sign-in', component: Screen, canActivate: [signedOut] },
          { path: 'unreachable', component: Screen },
          { path: 'not-allowed', component: Screen },
          { path: 'audit', component: Screen, canActivate: [signedIn, may('audit.entry.read')] },
          { path: '', component: Screen, canActivate: [signedIn] },
        ]),
        {
          provide: Session,
          useValue: {
            ready: () => (isAway ? Promise.reject(away) : Promise.resolve()),
            user: () => user,
            may: (rule: AccessRule) => rules.includes(rule),
          },
        },
        {
          provide: Api,
          useValue: {
            call: async (route: unknown) => {
              expect(route).toBe(routes.setup.read);
              return { needed };
            },
          },
        },
      ],
    });
  });

  async function goTo(address: string): Promise<string> {
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl(address);
    return TestBed.inject(Router).url;
  }

  it('leads to set-up on a new hub', async () => {
    needed = true;
    expect(await goTo('/')).toBe('/setup');
  });

  it('leads to signing in, and remembers where one wanted to go', async () => {
    expect(await goTo('/audit?action=check.update')).toBe('/sign-in?returnTo=%2Faudit%3Faction%3Dcheck.update');
  });

  it('does not show set-up again once it is done', async () => {
    expect(await goTo('/setup')).toBe('/sign-in');
  });

  it('does not ask who is signed in to sign in', async () => {
    user = { name: 'Ada' };
    expect(await goTo('/sign-in')).toBe('/');
  });

  it('keeps the address when the role does not reach', async () => {
    user = { name: 'Ada' };
    expect(await goTo('/audit')).toBe('/not-allowed');
    expect(TestBed.inject(Location).path()).toBe('');
  });

  it('opens what the role reaches', async () => {
    user = { name: 'Ada' };
    rules = ['audit.entry.read'];
    expect(await goTo('/audit')).toBe('/audit');
  });

  it('does not send to signing in when the hub is away', async () => {
    isAway = true;
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl('/');
    expect(harness.routeDebugElement).not.toBeNull();
    expect(TestBed.inject(Router).url).not.toContain('sign-in');
  });
});

describe('the return after signing in', () => {
  it.each([
    [undefined, '/'],
    ['/checks?state=unhealthy', '/checks?state=unhealthy'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/sign-in?returnTo=/', '/'],
    ['/setup', '/'],
  ])('%s → %s', (asked, expected) => {
    expect(returnTarget(asked)).toBe(expected);
  });
});
