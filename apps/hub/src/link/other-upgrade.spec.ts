import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

/** Sends bytes as they are; answers everything that came until the hub closed the connection. */
async function conversation(...lines: string[]): Promise<string> {
  const socket = createConnection(Number(new URL(hub.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += String(data)));
  socket.write(lines.join('\r\n'));
  await once(socket, 'close');
  return answer;
}

const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];

it('answers a request that offers another protocol as if it offered none, and the next on the connection too', async () => {
  const answer = await conversation(
    ...['GET /healthz HTTP/1.1', 'Host: hub', ...offer, ''],
    ...['GET /healthz HTTP/1.1', 'Host: hub', 'Connection: close', '', ''],
  );
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});

it('reads the body of such a request', async () => {
  const body = JSON.stringify({ login: 'password', input: { email: 'nobody@example.org', password: 'wrong' } });
  const answer = await conversation(
    ...[
      'POST /api/v1/session HTTP/1.1',
      'Host: hub',
      `Origin: ${hub.url}`,
      'Upgrade: h2c',
      'Connection: upgrade, close',
    ],
    ...['Content-Type: application/json', `Content-Length: ${body.length}`, '', body],
  );
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer).toContain('"code":"wrong_credentials"');
});
