/** Where to go after signing in: only ever a place inside the console. */
export function returnTarget(returnTo: string | undefined): string {
  return returnTo && /^\/(?![/\\])/.test(returnTo) && !/^\/(sign-in|setup)\b/.test(returnTo) ? returnTo : '/';
}
