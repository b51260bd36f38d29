import { inject } from '@angular/core';
import { RedirectCommand, Router, type CanActivateFn } from '@angular/router';
import { routes, type AccessRule } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Session } from './session.js';

/** For everything inside: leads to set-up on a new hub, and to signing in otherwise. */
export const signedIn: CanActivateFn = async (_, { url }) => {
  const session = inject(Session);
  const api = inject(Api);
  const router = inject(Router);
  try {
    await session.ready();
    if (session.user()) return true;
    const { needed } = await api.call(routes.setup.read);
    return needed
      ? router.parseUrl('/setup')
      : router.createUrlTree(['/sign-in'], { queryParams: url === '/' ? {} : { returnTo: url } });
  } catch {
    return new RedirectCommand(router.createUrlTree(['/unreachable'], { queryParams: { returnTo: url } }), {
      skipLocationChange: true,
    });
  }
};

/** For signing in: who is in already goes on. */
export const signedOut: CanActivateFn = async () => {
  const session = inject(Session);
  const router = inject(Router);
  await session.ready().catch(() => undefined);
  return session.user() ? router.parseUrl('/') : true;
};

/** For set-up: there is a first administrator only once. */
export const setupNeeded: CanActivateFn = async () => {
  const api = inject(Api);
  const router = inject(Router);
  const { needed } = await api.call(routes.setup.read).catch(() => ({ needed: true }));
  return needed ? true : router.parseUrl('/');
};

/** For screens that need a rule: `canActivate: [may('audit.entry.read')]`. */
export function may(rule: AccessRule): CanActivateFn {
  return () => {
    const router = inject(Router);
    return (
      inject(Session).may(rule) || new RedirectCommand(router.parseUrl('/not-allowed'), { skipLocationChange: true })
    );
  };
}
