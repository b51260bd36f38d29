import type { IncomingMessage } from 'node:http';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * False when a browser sends this request from somebody else's page. Sec-Fetch-Site says so itself, but only on https and
 * localhost; elsewhere Origin is held against the host that was asked, or BASE_URL behind a proxy that renames it.
 * A program that is no browser sends neither, and no browser adds our cookie to what it sends.
 */
export function isOwnOrigin({ headers }: Pick<IncomingMessage, 'headers'>, baseUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return true;
  if (headers.origin === undefined) return site === undefined;
  if (!URL.canParse(headers.origin)) return false;
  const origin = new URL(headers.origin);
  return (site === undefined && origin.host === headers.host) || origin.origin === new URL(baseUrl).origin;
}

/** True for the methods that another site's page may make a browser send without harm. */
export function isSafeMethod(method: string | undefined): boolean {
  return safeMethods.has(method ?? '');
}
