import { expect, it } from 'vitest';
import { isOwnOrigin } from './origin.js';

const baseUrl = 'https://status.example.org';

it.each([
  [
    'a page of this host, over plain http on a LAN',
    { host: '192.168.1.9:3000', origin: 'http://192.168.1.9:3000' },
    true,
  ],
  ['a page of BASE_URL behind a proxy that renames the host', { host: 'hub:3000', origin: baseUrl }, true],
  [
    'a page that the browser itself calls ours',
    { host: 'hub:3000', origin: 'https://x', 'sec-fetch-site': 'same-origin' },
    true,
  ],
  ['a program, which sends neither header', { host: 'hub:3000' }, true],
  ['another site', { host: 'status.example.org', origin: 'https://evil.example' }, false],
  ['another port of the same host', { host: '192.168.1.9:3000', origin: 'http://192.168.1.9:8080' }, false],
  [
    'a neighbour under the same domain',
    { host: 'a.example.org', origin: 'https://a.example.org', 'sec-fetch-site': 'same-site' },
    false,
  ],
  ['a sandboxed page', { host: 'hub:3000', origin: 'null' }, false],
  ['another site, without its name', { host: 'hub:3000', 'sec-fetch-site': 'cross-site' }, false],
])('judges %s', (_, headers, isOwn) => {
  expect(isOwnOrigin({ headers }, baseUrl)).toBe(isOwn);
});
