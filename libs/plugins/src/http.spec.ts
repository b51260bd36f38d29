import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import {
  NetworkPolicy,
  prepareProbe,
  runProbe,
  validateConfig,
  type RunOptions,
  type RunOutcome,
} from '@checkstack/plugin-sdk/runtime';
import { hasIpv6, makeAuthority, Servers } from '@checkstack/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from './http.js';

const servers = new Servers();
afterAll(() => servers.close());

const policy = new NetworkPolicy();

function run(
  config: Record<string, unknown> & { url: string },
  assertions: object[] = [],
  options: Partial<RunOptions> = {},
): Promise<RunOutcome> {
  return runProbe(http, {
    config,
    collectors: [{ collector: 'response', assertions: assertions as never }],
    timeoutMs: 5_000,
    policy,
    ...options,
  });
}

function expectFailure(outcome: RunOutcome, code: string, message?: string): void {
  expect(outcome.failure?.code).toBe(code);
  expect(http.failures[code]?.side).toBe(outcome.failure?.side);
  if (message !== undefined) expect(outcome.failure!.message).toContain(message);
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

/** Answers with what it was asked. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const body = await read(request);
  response.setHeader('Content-Type', 'application/json').setHeader('X-Two', ['a', 'b']);
  response.end(JSON.stringify({ method, url, headers, body }));
}

const serve = (listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> =>
  servers.http((request, response) => void listener(request, response));

const json = (path: string, value: string | number) => ({ fact: 'body', path, operator: 'equals', value });

describe('a healthy answer', () => {
  let url: string;
  beforeAll(async () => (url = await serve(echo)));

  it('needs a URL and nothing else', async () => {
    const outcome = await run({ url });
    expect(outcome).toMatchObject({
      verdict: 'healthy',
      facts: {
        'response.status': 200,
        'response.httpVersion': '1.1',
        'response.redirects': 0,
        'response.remoteAddress': '127.0.0.1',
        'response.bodyCut': false,
      },
    });
    for (const phase of ['dnsMs', 'connectMs', 'firstByteMs', 'totalMs', 'bodyBytes']) {
      expect(outcome.facts[`response.${phase}`]).toBeGreaterThan(0);
    }
    expect(Object.keys(outcome.facts).filter((name) => /body$|header|tls|certificate/i.test(name))).toEqual([]);
  });

  it('passes the default assertions', async () => {
    const outcome = await run({ url }, http.collectors['response']!.defaultAssertions);
    expect(outcome).toMatchObject({ verdict: 'healthy', assertions: [{ passed: true }] });
  });

  it('is asked for as configured', async () => {
    const config = {
      url: `${url}/path?a=1#fragment`,
      method: 'POST',
      body: 'gr\u00fc\u00df',
      headers: { 'X-Token': 'abc', Host: 'www.example.org', 'Content-Type': 'text/plain' },
    };
    const outcome = await run(config, [
      json('$.method', 'POST'),
      json('$.url', '/path?a=1'),
      json('$.body', 'gr\u00fc\u00df'),
      json("$.headers['x-token']", 'abc'),
      json('$.headers.host', 'www.example.org'),
      json("$.headers['content-length']", 6),
      json("$.headers['user-agent']", 'Checkstack'),
      json('$.headers.connection', 'close'),
    ]);
    expect(outcome.assertions.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('has headers that assertions see', async () => {
    const outcome = await run({ url }, [
      { fact: 'header.content-type', operator: 'equals', value: 'application/json' },
      { fact: 'header.X-Two', operator: 'equals', value: 'a, b' },
      { fact: 'header.gone', operator: 'not_exists' },
    ]);
    expect(outcome.verdict).toBe('healthy');
  });

  it.runIf(hasIpv6)('comes over IPv6 too', async () => {
    const own = await servers.http((_, response) => response.end(), '::1');
    expect((await run({ url: own, ipFamily: '6' })).facts['response.remoteAddress']).toBe('::1');
    expect((await run({ url: own })).verdict).toBe('healthy');
    expectFailure(await run({ url, ipFamily: '6' }), 'dns_not_found');
  });

  it.each(['HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'PUT'])('comes for %s', async (method) => {
    expect((await run({ url, method })).verdict).toBe('healthy');
  });
});

describe('the status', () => {
  let url: string;
  beforeAll(async () => {
    url = await serve(({ url }, response) => {
      response.statusCode = Number(url!.slice(1));
      response.end('body');
    });
  });

  it.each([
    [200, undefined, true],
    [204, undefined, true],
    [299, '200-299,301', true],
    [404, '200-299, 400 - 404', true],
    [500, undefined, false],
    [200, '201-299', false],
    [301, '301', true],
    [304, undefined, false],
  ])('%i with %s expected: %s', async (status, expectedStatus, isHealthy) => {
    const outcome = await run({ url: `${url}/${status}`, ...(expectedStatus ? { expectedStatus } : {}) });
    expect(outcome.verdict).toBe(isHealthy ? 'healthy' : 'unhealthy');
  });

  it('that is not expected leaves facts and assertions', async () => {
    const outcome = await run({ url: `${url}/503` }, [{ fact: 'body', operator: 'equals', value: 'body' }]);
    expectFailure(outcome, 'unexpected_status', 'The answer is 503 Service Unavailable, expected is 200-299.');
    expect(outcome).toMatchObject({
      verdict: 'unhealthy',
      facts: { 'response.status': 503 },
      assertions: [{ passed: true }],
    });
  });

  it('101 is the end of HTTP', async () => {
    const server = createServer();
    server.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
    );
    const port = await servers.listen(server);
    const headers = { Connection: 'upgrade', Upgrade: 'websocket' };
    const outcome = await run({ url: `http://127.0.0.1:${port}`, headers, expectedStatus: '101' });
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.status': 101 } });
  });
});

describe('credentials', () => {
  let url: string;
  beforeAll(async () => {
    const right = [`Basic ${Buffer.from('me:pässword').toString('base64')}`, 'Bearer secret-token'];
    url = await serve(({ headers }, response) => {
      response.statusCode = right.includes(headers.authorization ?? '') ? 200 : 401;
      response.end(headers.authorization);
    });
  });

  it.each([
    ['none', { type: 'none' }, false],
    ['basic', { type: 'basic', username: 'me', password: 'pässword' }, true],
    ['wrong basic', { type: 'basic', username: 'me', password: 'other' }, false],
    ['bearer', { type: 'bearer', token: 'secret-token' }, true],
    ['wrong bearer', { type: 'bearer', token: 'other-token' }, false],
  ])('%s', async (_, auth, isRight) => {
    const outcome = await run({ url, auth });
    if (isRight) expect(outcome.verdict).toBe('healthy');
    else expectFailure(outcome, 'unexpected_status', 'credentials');
  });

  it('are not in what the run says, even when the target repeats them', async () => {
    const auth = { type: 'basic', username: 'me', password: 'wrong-password' };
    const outcome = await run({ url, auth }, [{ fact: 'body', operator: 'is_empty' }]);
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from('wrong-pass').toString('base64').slice(4, 12));
    expect(outcome.assertions[0]!.actual).toContain('***');
  });
});

describe('redirects', () => {
  let url: string;
  let elsewhere: string;
  beforeAll(async () => {
    elsewhere = await serve(echo);
    url = await serve(async (request, response) => {
      const [, status, to] = /^\/to\/(\d+)\/(.*)$/.exec(request.url!) ?? [];
      if (status === undefined) await echo(request, response);
      else response.writeHead(Number(status), to ? { Location: to } : {}).end();
    });
  });

  it('are followed', async () => {
    const outcome = await run({ url: `${url}/to/302/${url}/to/301//end` }, [json('$.url', '/end')]);
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.redirects': 2, 'response.status': 200 } });
  });

  it('are the answer when none is followed', async () => {
    const outcome = await run({ url: `${url}/to/302/x`, maxRedirects: 0, expectedStatus: '302' });
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.status': 302, 'response.redirects': 0 } });
  });

  it('end somewhere', async () => {
    const loop = await serve((_, response) => response.writeHead(302, { Location: '/' }).end());
    const outcome = await run({ url: loop, maxRedirects: 3 });
    expectFailure(outcome, 'too_many_redirects', 'More than 3');
    expect(outcome.facts).toMatchObject({ 'response.status': 302, 'response.redirects': 3 });
  });

  it.each(['ftp://a.example/', 'http://', 'file:///etc/passwd'])('to %s are not followed', async (to) => {
    expectFailure(await run({ url: `${url}/to/302/${to}` }), 'bad_redirect');
  });

  it('without a location are the answer', async () => {
    expectFailure(await run({ url: `${url}/to/302/` }), 'unexpected_status');
  });

  it('to what the policy refuses are not followed', async () => {
    const outcome = await run({ url: `${url}/to/302/http://169.254.169.254/latest` });
    expectFailure(outcome, 'refused_by_policy', '169.254.169.254');
    expect(outcome.verdict).toBe('unknown');
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'data'],
    [308, 'PUT', 'PUT', 'data'],
    [302, 'PUT', 'PUT', 'data'],
  ])('%i turn %s into %s', async (status, method, becomes, body) => {
    const config = { url: `${url}/to/${status}//end`, method, body: 'data', headers: { 'Content-Type': 'text/plain' } };
    const outcome = await run(config, [
      json('$.method', becomes),
      json('$.body', body),
      { fact: 'body', path: "$.headers['content-type']", operator: body ? 'exists' : 'not_exists' },
    ]);
    expect(outcome.assertions.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('take secrets along to the same origin only', async () => {
    const config = {
      auth: { type: 'bearer', token: 'secret-token' },
      headers: { Cookie: 'a=1', 'X-Key': 'k', Accept: 'text/plain' },
    };
    const has = (operator: string) =>
      ['authorization', 'cookie', 'x-key'].map((name) => ({ fact: 'body', path: `$.headers['${name}']`, operator }));
    const here = await run({ ...config, url: `${url}/to/302//end` }, has('exists'));
    expect(here.assertions.filter(({ passed }) => !passed)).toEqual([]);
    const there = await run({ ...config, url: `${url}/to/302/${elsewhere}/end` }, [
      ...has('not_exists'),
      json('$.headers.accept', 'text/plain'),
    ]);
    expect(there.assertions.filter(({ passed }) => !passed)).toEqual([]);
    const back = await run(
      { ...config, url: `${url}/to/302/${elsewhere.replace('127.0.0.1', 'localhost')}/end` },
      has('not_exists'),
    );
    expect(back.assertions.filter(({ passed }) => !passed)).toEqual([]);
  });
});

describe('a body', () => {
  const text = 'wörld '.repeat(1_000);
  const encodings: Record<string, (text: string) => Buffer> = {
    gzip: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    raw: deflateRawSync,
  };

  it.each(Object.keys(encodings))('is decompressed: %s', async (name) => {
    const url = await serve((_, response) => {
      response.setHeader('Content-Encoding', name === 'raw' ? 'deflate' : name);
      response.end(encodings[name]!(text));
    });
    const outcome = await run({ url }, [{ fact: 'body', operator: 'equals', value: text }]);
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.bodyBytes': Buffer.byteLength(text) } });
  });

  it('that is empty needs no decompression', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end());
    expect((await run({ url, method: 'HEAD' })).verdict).toBe('healthy');
    expect((await run({ url })).verdict).toBe('healthy');
  });

  it('is decoded by its charset', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html; charset=ISO-8859-1' }).end(Buffer.from([0xe4])),
    );
    expect((await run({ url }, [{ fact: 'body', operator: 'equals', value: 'ä' }])).verdict).toBe('healthy');
  });

  it.each([
    ['of 50 MB', undefined],
    ['of 50 MB, compressed a thousand times', 'gzip'],
  ])('is cut: %s', async (_, encoding) => {
    const huge = Buffer.alloc(50_000_000, 'x');
    const url = await serve((_, response) => {
      if (encoding) response.setHeader('Content-Encoding', encoding);
      response.end(encoding ? gzipSync(huge) : huge);
    });
    const outcome = await run({ url }, [{ fact: 'body', operator: 'contains', value: 'y' }]);
    expect(outcome.facts).toMatchObject({ 'response.bodyBytes': 1_048_576, 'response.bodyCut': true });
    expect(outcome.assertions[0]!.actual.length).toBeLessThan(300);
    await expect.poll(() => servers.connections).toBe(0);
  });

  it.each([
    ['no gzip at all', Buffer.from('plain text'), 'cannot be read'],
    ['gzip that ends in the middle', gzipSync(text).subarray(0, 40), 'cannot be read'],
  ])('that is broken is said to be: %s', async (_, body, message) => {
    const url = await serve((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body));
    expectFailure(await run({ url }), 'bad_response', message);
  });
});

describe('a target that misbehaves', () => {
  const raw = async (answer: string): Promise<string> => {
    const port = await servers.tcp((socket) => void socket.once('data', () => socket.end(answer)));
    return `http://127.0.0.1:${port}`;
  };

  it('refuses', async () => {
    const outcome = await run({ url: 'http://127.0.0.1:1' });
    expectFailure(outcome, 'connect_refused');
    expect(outcome).toMatchObject({ verdict: 'unhealthy', facts: {}, assertions: [] });
  });

  it('sends no headers', async () => {
    const url = await serve(() => {});
    const outcome = await run({ url }, [], { timeoutMs: 200 });
    expectFailure(outcome, 'response_timeout', 'no response headers within 0.2 s');
    await expect.poll(() => servers.connections).toBe(0);
  });

  it('stops in the middle of the body', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'Content-Length': 100 }).write('half'));
    const outcome = await run({ url }, [], { timeoutMs: 200 });
    expectFailure(outcome, 'body_timeout', '4 bytes arrived');
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
    expectFailure(await run({ url: await raw(answer) }), code, message);
  });

  it('is let go when the run is cancelled', async () => {
    const cancel = new AbortController();
    const url = await serve((_, response) => {
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
    expectFailure(await run({ url, tls }), code);
    expect((await run({ url, tls: { ...tls, insecure: true } })).verdict).toBe('healthy');
  });

  it('presents a client certificate', async () => {
    const url = await servers.https({ ...certificateOf(), requestCert: true, rejectUnauthorized: true, ca }, ok);
    const mine = authority.issue({ names: ['client'] });
    const auth = { type: 'certificate', certificate: mine.certificate, key: mine.key };
    expect((await run({ url, tls: { ca }, auth })).verdict).toBe('healthy');
    expectFailure(await run({ url, tls: { ca } }), 'tls_client_refused');
    const other = makeAuthority('Other').issue();
    const wrong = { type: 'certificate', certificate: other.certificate, key: other.key };
    // Node's servers say nothing more.
    expectFailure(await run({ url, tls: { ca }, auth: wrong }), 'connection_closed');
    const mixed = { type: 'certificate', certificate: mine.certificate, key: other.key };
    expectFailure(await run({ url, tls: { ca }, auth: mixed }), 'tls_bad_options');
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
    const url = await serve(echo);
    expectFailure(await run({ url: url.replace('http:', 'https:') }), 'tls_failed', 'does not speak TLS');
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
    target = await serve(echo);
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
    expectFailure(outcome, 'proxy_login_refused');
    expect(outcome.verdict).toBe('unknown');
  });

  it('that cannot connect', async () => {
    expectFailure(await run({ url: 'https://127.0.0.1:1', proxy: through() }), 'proxy_refused', '502');
  });

  it('that is down', async () => {
    const outcome = await run({ url: target, proxy: { url: 'http://127.0.0.1:1' } });
    expectFailure(outcome, 'proxy_unreachable', 'refused the connection');
  });

  it('that hangs', async () => {
    const port = await servers.tcp(() => {});
    const config = { url: secureTarget, proxy: { url: `http://127.0.0.1:${port}` } };
    expectFailure(await run(config, [], { timeoutMs: 100 }), 'proxy_unreachable', 'within 0.1 s');
  });

  it('is no way around the policy', async () => {
    expectFailure(await run({ url: 'http://169.254.169.254/', proxy: through() }), 'refused_by_policy');
    const denied = { policy: new NetworkPolicy({ deny: ['bad.example'] }) };
    expectFailure(await run({ url: 'http://bad.example/', proxy: through() }, [], denied), 'refused_by_policy');
  });
});

describe('the configuration', () => {
  const url = 'http://a.example';
  const pem = makeAuthority();

  it.each([
    [{ url: 'https://a.example/{{ environment.path }}' }],
    [{ url: '{{ environment.url }}/health' }],
    [{ url: 'http://{{ system.name }}.example:8080/' }],
    [{ url, tls: {}, proxy: { url: 'http://proxy.example:3128' } }],
    [{ url, headers: { 'X-A': 'b\u00e4 {{ check.name }}' }, expectedStatus: '200-299, 301' }],
    [{ url, auth: { type: 'certificate', certificate: pem.certificate, key: pem.key }, tls: { ca: pem.certificate } }],
  ])('may be %j', (config) => expect(validateConfig(http, config)).toEqual([]));

  it.each([
    [{}, 'url'],
    [{ url: 'a.example' }, 'url'],
    [{ url: 'ftp://a.example' }, 'url'],
    [{ url: 'http://me:secret@a.example' }, 'url'],
    [{ url, method: 'TRACE' }, 'method'],
    [{ url, headers: { 'a b': 'c' } }, 'headers.a b'],
    [{ url, headers: { a: 'b\r\nc: d' } }, 'headers.a'],
    [{ url, headers: { a: '\u4f60' } }, 'headers.a'],
    [{ url, headers: { 'Content-Length': '5' } }, 'headers.Content-Length'],
    [{ url, expectedStatus: '2xx' }, 'expectedStatus'],
    [{ url, maxRedirects: 21 }, 'maxRedirects'],
    [{ url, auth: { type: 'basic', username: 'a' } }, 'auth.password'],
    [{ url, auth: { type: 'digest' } }, 'auth.type'],
    [{ url, tls: { ca: 'abc' } }, 'tls.ca'],
    [{ url, tls: { minVersion: 'TLSv1' } }, 'tls.minVersion'],
    [{ url, proxy: { url: 'socks5://a.example' } }, 'proxy.url'],
    [{ url, proxy: { url: 'http://me:pw@a.example' } }, 'proxy.url'],
    [{ url, ipFamily: 4 }, 'ipFamily'],
    [{ url, more: 1 }, ''],
  ])('may not be %j', (config, path) => {
    expect(validateConfig(http, config).map((problem) => problem.path.join('.'))).toContain(path);
  });
});

it('leaves nothing behind after 300 runs', async () => {
  const handles = () =>
    process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|GetAddr|Connect/.test(name)).length;
  const authority = makeAuthority();
  const { certificate: cert, key } = authority.issue();
  const url = await servers.https({ cert, key }, (request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/rude') request.socket.destroy();
    else response.end('ok');
  });
  await expect.poll(() => servers.connections).toBe(0);
  const before = handles();
  const verdicts = new Set<string>();
  for (let batch = 0; batch < 10; batch += 1) {
    const runs = Array.from({ length: 30 }, (_, index) => {
      const config = { url: `${url}${['/', '/rude', '/hang'][index % 3]}`, tls: { ca: authority.certificate } };
      return prepareProbe(http, { config, collectors: [] }).run({ timeoutMs: index % 3 === 2 ? 150 : 5_000, policy });
    });
    for (const outcome of await Promise.all(runs)) verdicts.add(outcome.failure?.code ?? outcome.verdict);
  }
  expect(verdicts).toContain('healthy');
  expect(verdicts).toContain('connection_closed');
  await expect.poll(handles).toBe(before);
  expect(servers.connections).toBe(0);
});
