import { createServer } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { validateConfig } from '@checkstack/plugin-sdk/runtime';
import { assertFailure, echo, hasIpv6, makeAuthority, runnerOf, Servers } from '@checkstack/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from './http.js';

const servers = new Servers();
afterAll(() => servers.close());

const run = runnerOf(http, 'response');

const json = (path: string, value: string | number) => ({ fact: 'body', path, operator: 'equals' as const, value });

describe('a healthy answer', () => {
  let url: string;
  beforeAll(async () => (url = await servers.http(echo)));

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
    assertFailure(http, await run({ url, ipFamily: '6' }), 'dns_not_found');
  });

  it.each(['HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'PUT'])('comes for %s', async (method) => {
    expect((await run({ url, method })).verdict).toBe('healthy');
  });
});

describe('the status', () => {
  let url: string;
  beforeAll(async () => {
    url = await servers.http(({ url }, response) => {
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
    assertFailure(http, outcome, 'unexpected_status', 'The answer is 503 Service Unavailable, expected is 200-299.');
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
    url = await servers.http(({ headers }, response) => {
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
    else assertFailure(http, outcome, 'unexpected_status', 'credentials');
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
    elsewhere = await servers.http(echo);
    url = await servers.http(async (request, response) => {
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
    const loop = await servers.http((_, response) => response.writeHead(302, { Location: '/' }).end());
    const outcome = await run({ url: loop, maxRedirects: 3 });
    assertFailure(http, outcome, 'too_many_redirects', 'More than 3');
    expect(outcome.facts).toMatchObject({ 'response.status': 302, 'response.redirects': 3 });
  });

  it.each(['ftp://a.example/', 'http://', 'file:///etc/passwd'])('to %s are not followed', async (to) => {
    assertFailure(http, await run({ url: `${url}/to/302/${to}` }), 'bad_redirect');
  });

  it('without a location are the answer', async () => {
    assertFailure(http, await run({ url: `${url}/to/302/` }), 'unexpected_status');
  });

  it('to what the policy refuses are not followed', async () => {
    const outcome = await run({ url: `${url}/to/302/http://169.254.169.254/latest` });
    assertFailure(http, outcome, 'refused_by_policy', '169.254.169.254');
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
    const has = (operator: 'exists' | 'not_exists') =>
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
    const url = await servers.http((_, response) => {
      response.setHeader('Content-Encoding', name === 'raw' ? 'deflate' : name);
      response.end(encodings[name]!(text));
    });
    const outcome = await run({ url }, [{ fact: 'body', operator: 'equals', value: text }]);
    expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'response.bodyBytes': Buffer.byteLength(text) } });
  });

  it('that is empty needs no decompression', async () => {
    const url = await servers.http((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end());
    expect((await run({ url, method: 'HEAD' })).verdict).toBe('healthy');
    expect((await run({ url })).verdict).toBe('healthy');
  });

  it('is decoded by its charset', async () => {
    const url = await servers.http((_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html; charset=ISO-8859-1' }).end(Buffer.from([0xe4])),
    );
    expect((await run({ url }, [{ fact: 'body', operator: 'equals', value: 'ä' }])).verdict).toBe('healthy');
  });

  it.each([
    ['of 50 MB', undefined],
    ['of 50 MB, compressed a thousand times', 'gzip'],
  ])('is cut: %s', async (_, encoding) => {
    const huge = Buffer.alloc(50_000_000, 'x');
    const url = await servers.http((_, response) => {
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
    const url = await servers.http((_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body));
    assertFailure(http, await run({ url }), 'bad_response', message);
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
    [{ url, more: 1 }, 'more'],
  ])('may not be %j', (config, path) => {
    expect(validateConfig(http, config).map((problem) => problem.path.join('.'))).toContain(path);
  });
});
