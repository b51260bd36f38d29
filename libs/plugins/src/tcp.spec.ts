import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { validateConfig } from '@checkstack/plugin-sdk/runtime';
import {
  assertFailure,
  hasIpv6,
  makeAuthority,
  networkHandles,
  openFullPort,
  runnerOf,
  Servers,
} from '@checkstack/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tcp } from './tcp.js';

const servers = new Servers();
afterAll(() => servers.close());

const host = '127.0.0.1';
const runTcp = runnerOf(tcp, 'connection');
const run: typeof runTcp = (config, ...rest) => runTcp({ host, ...config }, ...rest);

/** Says each line again, in capitals. */
function shout(socket: Socket): void {
  socket.on('data', (data) => socket.write(data.toString('latin1').toUpperCase(), 'latin1'));
}

describe('a port', () => {
  it('that is open is healthy', async () => {
    const port = await servers.tcp(() => {});
    const outcome = await run({ port }, tcp.collectors['connection']!.defaultAssertions);
    expect(outcome).toMatchObject({
      verdict: 'healthy',
      facts: { 'connection.connected': true, 'connection.remoteAddress': host },
    });
    expect(outcome.facts['connection.connectMs']).toBeGreaterThan(0);
    expect(outcome.facts).not.toHaveProperty('connection.tlsMs');
  });

  it('that is closed is unhealthy, and not connected', async () => {
    const outcome = await run({ port: 1 }, [{ fact: 'connected', operator: 'is_true' }]);
    assertFailure(tcp, outcome, 'connect_refused');
    expect(outcome).toMatchObject({
      verdict: 'unhealthy',
      facts: { 'connection.connected': false },
      assertions: [{ passed: false, actual: 'false' }],
    });
  });

  it('that is silent times out', async () => {
    const full = await openFullPort();
    assertFailure(tcp, await run({ port: full.port }, [], { timeoutMs: 1_000 }), 'connect_timeout', 'within 1 s');
    await full.close();
  });

  it.runIf(hasIpv6)('is found over IPv6', async () => {
    const port = await servers.listen(createServer(), '::1');
    expect((await run({ host: '::1', port })).verdict).toBe('healthy');
    assertFailure(tcp, await run({ host: '::1', port, ipFamily: '4' }), 'dns_not_found');
  });

  it('that the policy refuses says nothing about the target', async () => {
    const outcome = await run({ host: '169.254.169.254', port: 80 });
    assertFailure(tcp, outcome, 'refused_by_policy');
    expect(outcome).toMatchObject({ verdict: 'unknown', facts: {} });
  });
});

describe('an answer', () => {
  let port: number;
  beforeAll(async () => (port = await servers.tcp(shout)));

  it.each([{ type: 'data' }, { type: 'contains', text: 'PING' }, { type: 'matches', pattern: '^PING\\r\\n$' }])(
    'that is expected is healthy: %j',
    async (expected) => {
      const outcome = await run({ port, send: 'ping\\r\\n', expect: expected });
      expect(outcome).toMatchObject({ verdict: 'healthy', facts: { 'connection.banner': 'PING\r\n' } });
      expect(outcome.facts['connection.answerMs']).toBeGreaterThan(0);
    },
  );

  it('may come in pieces', async () => {
    const slowly = await servers.tcp((socket) => {
      socket.setNoDelay(true).write('2');
      setImmediate(() => socket.write('20 rea'));
      socket.once('data', () => socket.write('dy\r\n'));
    });
    const outcome = await run({ port: slowly, send: 'x', expect: { type: 'contains', text: '220 ready' } });
    expect(outcome.verdict).toBe('healthy');
  });

  it('is compared byte by byte with what was sent', async () => {
    const config = { port, send: 'a\\x00\\\\n\\tz', expect: { type: 'contains', text: 'A\0\\N\tZ' } };
    expect((await run(config)).verdict).toBe('healthy');
  });

  it('that does not come is waited for as long as the run', async () => {
    const outcome = await run({ port, send: 'ping', expect: { type: 'contains', text: 'PONG' } }, [], {
      timeoutMs: 1_000,
    });
    assertFailure(tcp, outcome, 'answer_timeout', 'it sent "PING"');
    expect(outcome.facts).toMatchObject({ 'connection.connected': true, 'connection.banner': 'PING' });
    await expect.poll(() => servers.connections).toBe(0);
  });

  it('may be none', async () => {
    const silent = await servers.tcp(() => {});
    assertFailure(
      tcp,
      await run({ port: silent, expect: { type: 'data' } }, [], { timeoutMs: 1_000 }),
      'answer_timeout',
      'it sent nothing',
    );
  });

  it('may be another', async () => {
    const rude = await servers.tcp((socket) => socket.end('500 go away\r\n'));
    const outcome = await run({ port: rude, expect: { type: 'contains', text: '220' } });
    assertFailure(tcp, outcome, 'unexpected_answer', '500 go away');
  });

  it('may have no end', async () => {
    const endless = await servers.tcp((socket) => {
      const pour = (): void => void (socket.destroyed || socket.write('x'.repeat(65_536), () => setImmediate(pour)));
      pour();
    });
    const outcome = await run({ port: endless, expect: { type: 'contains', text: 'y' } });
    assertFailure(tcp, outcome, 'unexpected_answer', 'more than is looked at');
    expect((outcome.facts['connection.banner'] as string).length).toBeLessThanOrEqual(1_000);
  });

  it('may be a reset', async () => {
    const resetting = await servers.tcp((socket) => void socket.once('data', () => socket.resetAndDestroy()));
    const outcome = await run({ port: resetting, send: 'x', expect: { type: 'data' } });
    assertFailure(tcp, outcome, 'connection_reset');
  });

  it('is not waited for after a cancel', async () => {
    const cancel = new AbortController();
    const silent = await servers.tcp(() => setImmediate(() => cancel.abort()));
    const outcome = await run({ port: silent, expect: { type: 'data' } }, [], { signal: cancel.signal });
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: { code: 'cancelled' } });
  });

  it('is a banner that assertions see', async () => {
    const ssh = await servers.tcp((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    const outcome = await run({ port: ssh, expect: { type: 'data' } }, [
      { fact: 'banner', operator: 'matches', value: 'OpenSSH_(9|10)' },
    ]);
    expect(outcome.verdict).toBe('healthy');
  });
});

describe('TLS', () => {
  const authority = makeAuthority();
  const ca = authority.certificate;

  async function secured(names?: string[]): Promise<number> {
    const { certificate: cert, key } = authority.issue(names ? { names } : {});
    const server = createTlsServer({ cert, key }, shout);
    server.on('tlsClientError', () => {});
    return servers.listen(server);
  }

  it('reads the certificate and the answer', async () => {
    const outcome = await run({
      port: await secured(),
      tls: { type: 'tls', ca },
      send: 'hi',
      expect: { type: 'contains', text: 'HI' },
    });
    expect(outcome).toMatchObject({
      verdict: 'healthy',
      facts: {
        'connection.certificateDays': 364,
        'connection.certificateSubject': 'localhost',
        'connection.banner': 'HI',
      },
    });
    expect(outcome.facts['connection.tlsMs']).toBeGreaterThan(0);
  });

  it('is refused for another name, unless told not to', async () => {
    const port = await secured(['a.example']);
    const outcome = await run({ port, tls: { type: 'tls', ca } });
    assertFailure(tcp, outcome, 'tls_wrong_name');
    expect(outcome.facts).toEqual({ 'connection.connected': false });
    expect((await run({ port, tls: { type: 'tls', ca, serverName: 'a.example' } })).verdict).toBe('healthy');
    expect((await run({ port, tls: { type: 'tls', insecure: true } })).verdict).toBe('healthy');
  });
});

describe('the configuration', () => {
  it.each([
    { host: 'db.example.org', port: 5432 },
    { host: '::1', port: 1 },
    { host: 'fe80::1%eth0', port: 1 },
    { host: '{{ environment.host }}', port: 1 },
    { host: 'db.{{ environment.domain }}', port: 1 },
    {
      host: 'bücher.example',
      port: 65_535,
      send: 'x',
      expect: { type: 'matches', pattern: '^a' },
      tls: { type: 'tls' },
    },
  ])('may be %j', (config) => expect(validateConfig(tcp, config)).toEqual([]));

  it.each([
    [{ port: 1 }, 'host'],
    [{ host: 'http://a.example', port: 1 }, 'host'],
    [{ host: 'a.example:80', port: 1 }, 'host'],
    [{ host: 'a b', port: 1 }, 'host'],
    [{ host: 'a' }, 'port'],
    [{ host: 'a', port: 0 }, 'port'],
    [{ host: 'a', port: 65_536 }, 'port'],
    [{ host: 'a', port: 1, expect: { type: 'matches', pattern: '(' } }, 'expect.pattern'],
    [{ host: 'a', port: 1, expect: { type: 'contains' } }, 'expect.text'],
    [{ host: 'a', port: 1, tls: true }, 'tls'],
  ])('may not be %j', (config, path) => {
    expect(validateConfig(tcp, config).map((problem) => problem.path.join('.'))).toContain(path);
  });
});

it('leaves nothing behind after 300 runs', async () => {
  const port = await servers.tcp(shout);
  await expect.poll(() => servers.connections).toBe(0);
  const before = networkHandles();
  const codes = new Set<string>();
  for (let batch = 0; batch < 10; batch += 1) {
    const runs = Array.from({ length: 30 }, (_, index) => {
      const expected = [{ type: 'none' }, { type: 'contains', text: 'HI' }, { type: 'contains', text: 'HO' }][
        index % 3
      ];
      return run({ port, send: 'hi', expect: expected }, [], { timeoutMs: index % 3 === 2 ? 150 : 5_000 });
    });
    for (const outcome of await Promise.all(runs)) codes.add(outcome.failure?.code ?? outcome.verdict);
  }
  expect([...codes]).toEqual(expect.arrayContaining(['healthy', 'answer_timeout']));
  await expect.poll(networkHandles).toBe(before);
  expect(servers.connections).toBe(0);
});
