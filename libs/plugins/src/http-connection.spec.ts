import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { NetworkPolicy } from '@checkstack/plugin-sdk/runtime';
import { assertFailure, echo, makeAuthority, networkHandles, runnerOf, Servers } from '@checkstack/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from './http.js';

const servers = new Servers();
afterAll(() => servers.close());

const run = runnerOf(http, 'response');

const json = (path: string, value: string | number) => ({ fact: 'body', path, operator: 'equals' as const, value });

describe('a target that misbehaves', () => {
  const raw = async (answer: string): Promise<string> => {
    const port = await servers.tcp((socket) => void socket.once('data', () => socket.end(answer)));
    return `http://127.0.0.1:${port}`;
  };

  it('refuses', async () => {
    const outcome = await run({ url: 'http://127.0.0.1:1' });
    assertFailure(http, outcome, 'connect_refused');
    expect(outcome).toMatchObject({ verdict: 'unhealthy', facts: {}, assertions: [] });
  });

  it('sends no headers', async () => {
    const url = await servers.http(() => {});
    const outcome = await run({ url }, [], { timeoutMs: 1_000 });
    assertFailure(http, outcome, 'response_timeout', 'no response headers within 1 s');
    await expect.poll(() => servers.connections).toBe(0);
  });

  it('stops in the middle of the body', async () => {
    const url = await servers.http((_, response) => response.writeHead(200, { 'Content-Length': 100 }).write('half'));
    const outcome = await run({ url }, [], { timeoutMs: 1_000 });
    assertFailure(http, outcome, 'body_timeout', '4 bytes arrived');
    await expect.poll(() => servers.connections).toBe(0);
  });

  it.each([
    ['closes without an answer', '', 'connection_closed', 'without answering'],
    ['closes within the headers', 'HTTP/1.1 200 OK\r\nA: b\r\n', 'connection_closed', 'without answering'],
    [
      'closes within the body',
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
      'connection_closed',
      'after 4 bytes',
    ],
    [
      'closes within a chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
      'connection_closed',
      'after 2 bytes',
    ],
    ['speaks another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'bad_response', 'did not answer with HTTP'],
    ['sends a broken header', 'HTTP/1.1 200 OK\r\nbro ken\r\n\r\n', 'bad_response', 'did not answer with HTTP'],
    [
      'sends a broken chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      'bad_response',
      'not valid HTTP',
    ],
    [
      'sends endless headers',
      `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`,
      'bad_response',
      'bytes of headers',
    ],
  ])('%s', async (_, answer, code, message) => {
    assertFailure(http, await run({ url: await raw(answer) }), code, message);
  });

  it('is let go when the run is cancelled', async () => {
    const cancel = new AbortController();
    const url = await servers.http((_, response) => {
      response.writeHead(200).write('half');
      setImmediate(() => cancel.abort());
    });
    const outcome = await run({ url }, [], { signal: cancel.signal });
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: { code: 'cancelled' } });
    await expect.poll(() => servers.connections).toBe(0);
  });
});

describe('TLS', () => {
  const authority = makeAuthority();
  const ca = authority.certificate;
  const certificateOf = (names?: string[], days?: number) => {
    const { certificate: cert, key } = authority.issue({
      ...(names ? { names } : {}),
      validFromDays: -30,
      ...(days ? { validForDays: days } : {}),
    });
    return { cert, key };
  };
  const ok = (_: IncomingMessage, response: ServerResponse) => void response.end();

  it('reads the certificate', async () => {
    const url = await servers.https(certificateOf(), ok);
    const outcome = await run({ url, tls: { ca } }, http.collectors['response']!.defaultAssertions);
    expect(outcome).toMatchObject({
      verdict: 'healthy',
      facts: {
        'response.certificateDays': 335,
        'response.certificateIssuer': 'Test authority',
        'response.certificateSubject': 'localhost',
      },
    });
    expect(outcome.facts['response.tlsMs']).toBeGreaterThan(0);
  });

  it('is degraded by default when the certificate ends soon', async () => {
    const url = await servers.https(certificateOf(undefined, 35), ok);
    const outcome = await run({ url, tls: { ca } }, http.collectors['response']!.defaultAssertions);
    expect(outcome).toMatchObject({ verdict: 'degraded', assertions: [{ passed: false, actual: '4 days; 4 days' }] });
  });

  it.each<[string, () => ReturnType<typeof certificateOf>, object, string]>([
    ['untrusted', certificateOf, {}, 'tls_untrusted'],
    ['expired', () => certificateOf(undefined, 10), { ca }, 'tls_expired'],
    ['of another name', () => certificateOf(['a.example']), { ca }, 'tls_wrong_name'],
  ])('refuses a certificate that is %s, unless told not to', async (_, certificate, tls, code) => {
    const url = await servers.https(certificate(), ok);
    assertFailure(http, await run({ url, tls }), code);
    expect((await run({ url, tls: { ...tls, insecure: true } })).verdict).toBe('healthy');
  });

  it('presents a client certificate', async () => {
    const url = await servers.https({ ...certificateOf(), requestCert: true, rejectUnauthorized: true, ca }, ok);
    const mine = authority.issue({ names: ['client'] });
    const auth = { type: 'certificate', certificate: mine.certificate, key: mine.key };
    expect((await run({ url, tls: { ca }, auth })).verdict).toBe('healthy');
    assertFailure(http, await run({ url, tls: { ca } }), 'tls_client_refused');
    const other = makeAuthority('Other').issue();
    const wrong = { type: 'certificate', certificate: other.certificate, key: other.key };
    // Node's servers say nothing more.
    assertFailure(http, await run({ url, tls: { ca }, auth: wrong }), 'connection_closed');
    const mixed = { type: 'certificate', certificate: mine.certificate, key: other.key };
    assertFailure(http, await run({ url, tls: { ca }, auth: mixed }), 'tls_bad_options');
  });

  it('keeps the client certificate from another origin', async () => {
    let seen: unknown;
    const elsewhere = await servers.https(
      { ...certificateOf(), requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        seen = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
        response.end();
      },
    );
    const url = await servers.https(certificateOf(), (_, response) =>
      response.writeHead(302, { Location: elsewhere }).end(),
    );
    const { certificate, key } = authority.issue();
    expect((await run({ url, tls: { ca }, auth: { type: 'certificate', certificate, key } })).verdict).toBe('healthy');
    expect(seen).toEqual({});
  });

  it('is not spoken by a plain server', async () => {
    const url = await servers.http(echo);
    assertFailure(http, await run({ url: url.replace('http:', 'https:') }), 'tls_failed', 'does not speak TLS');
  });
});

describe('a proxy', () => {
  const authority = makeAuthority();
  const login = `Basic ${Buffer.from('me:proxy-password').toString('base64')}`;
  const seen: string[] = [];
  let proxy: string;
  let target: string;
  let secureTarget: string;

  beforeAll(async () => {
    target = await servers.http(echo);
    const { certificate: cert, key } = authority.issue();
    secureTarget = await servers.https({ cert, key }, (_, response) => void response.end('ok'));

    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const { 'proxy-authorization': authorization, ...headers } = request.headers;
      if (authorization !== login) response.writeHead(407).end();
      else
        request.pipe(
          forward(request.url!, { method: request.method!, headers, agent: false }, (answer) => answer.pipe(response)),
        );
    });
    server.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      socket.resume();
      if (request.headers['proxy-authorization'] !== login) return void socket.end('HTTP/1.1 407 Login\r\n\r\n');
      const [host, port] = request.url!.split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      socket.on('close', () => onward.destroy());
      onward.on('close', () => socket.resume());
      onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    });
    proxy = `http://127.0.0.1:${await servers.listen(server)}`;
  });

  const through = (password = 'proxy-password') => ({ url: proxy, username: 'me', password });

  it('passes a plain request on', async () => {
    const outcome = await run({ url: `${target}/a`, proxy: through() }, [
      json('$.url', '/a'),
      { fact: 'body', path: "$.headers['proxy-authorization']", operator: 'not_exists' },
    ]);
    expect(outcome.verdict).toBe('healthy');
    expect(seen).toContain(`GET ${target}/a`);
  });

  it('opens a tunnel for TLS', async () => {
    const outcome = await run({ url: secureTarget, proxy: through(), tls: { ca: authority.certificate } });
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.certificateSubject': 'localhost' } });
    expect(seen).toContain(`CONNECT ${secureTarget.slice('https://'.length)}`);
  });

  it.each(['plain', 'TLS'])('that wants another login is a mistake of the configuration: %s', async (kind) => {
    const outcome = await run({ url: kind === 'TLS' ? secureTarget : target, proxy: through('wrong-password') });
    assertFailure(http, outcome, 'proxy_login_refused');
    expect(outcome.verdict).toBe('unknown');
  });

  it('that cannot connect', async () => {
    assertFailure(http, await run({ url: 'https://127.0.0.1:1', proxy: through() }), 'proxy_refused', '502');
  });

  it('that is down', async () => {
    const outcome = await run({ url: target, proxy: { url: 'http://127.0.0.1:1' } });
    assertFailure(http, outcome, 'proxy_unreachable', 'refused the connection');
  });

  it('that hangs', async () => {
    const port = await servers.tcp(() => {});
    const config = { url: secureTarget, proxy: { url: `http://127.0.0.1:${port}` } };
    assertFailure(http, await run(config, [], { timeoutMs: 1_000 }), 'proxy_unreachable', 'within 1 s');
  });

  it('is no way around the policy', async () => {
    assertFailure(http, await run({ url: 'http://169.254.169.254/', proxy: through() }), 'refused_by_policy');
    const denied = { policy: new NetworkPolicy({ deny: ['bad.example'] }) };
    assertFailure(http, await run({ url: 'http://bad.example/', proxy: through() }, [], denied), 'refused_by_policy');
  });
});

it('leaves nothing behind after 300 runs', async () => {
  const authority = makeAuthority();
  const { certificate: cert, key } = authority.issue();
  const url = await servers.https({ cert, key }, (request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/rude') request.socket.destroy();
    else response.end('ok');
  });
  await expect.poll(() => servers.connections).toBe(0);
  const before = networkHandles();
  const verdicts = new Set<string>();
  for (let batch = 0; batch < 10; batch += 1) {
    const runs = Array.from({ length: 30 }, (_, index) => {
      const config = { url: `${url}${['/', '/rude', '/hang'][index % 3]}`, tls: { ca: authority.certificate } };
      return run(config, [], { timeoutMs: index % 3 === 2 ? 150 : 5_000 });
    });
    for (const outcome of await Promise.all(runs)) verdicts.add(outcome.failure?.code ?? outcome.verdict);
  }
  expect(verdicts).toContain('healthy');
  expect(verdicts).toContain('connection_closed');
  await expect.poll(networkHandles).toBe(before);
  expect(servers.connections).toBe(0);
});
