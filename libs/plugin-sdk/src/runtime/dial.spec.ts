import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Connection, DialRequest } from '../context.js';
import { defineProbe } from '../probe.js';
import { hasIpv6, makeAuthority, openFullPort, type FullPort } from '../testing/index.js';
import { resolveBySystem } from './lookup.js';
import type { Resolve } from './network.js';
import { NetworkPolicy } from './policy.js';
import { runProbe, type RunOptions } from './run-probe.js';

let server: Server;
let ipv6: Server;
let full: FullPort;

const listen = (server: Server, host: string): Promise<void> =>
  new Promise((resolve) => server.listen(0, host, resolve));
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  const greet = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.end('hello');
  };
  server = createServer(greet);
  ipv6 = createServer(greet);
  await listen(server, '127.0.0.1');
  if (hasIpv6) await listen(ipv6, '::1');
  full = await openFullPort();
});
afterAll(async () => {
  server.close();
  ipv6.close();
  await full.close();
});

async function dial(request: Partial<DialRequest>, options: Partial<RunOptions> = {}) {
  let connection: Connection | undefined;
  const probe = defineProbe({
    kind: 'sample',
    title: 'Sample',
    description: '',
    config: z.strictObject({}),
    collectors: {},
    failures: {},
    run: async (_, context) => {
      connection = await context.dial({ host: '127.0.0.1', port: portOf(server), ...request });
      return {};
    },
  });
  const log: string[] = [];
  const { failure } = await runProbe(probe, {
    config: {},
    collectors: [],
    timeoutMs: 5_000,
    policy: new NetworkPolicy(),
    onLog: ({ text }) => log.push(text),
    ...options,
  });
  return { failure, log, connection };
}

const answers =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const failsWith =
  (code: string): Resolve =>
  async () => {
    throw Object.assign(new Error(code), { code, syscall: 'getaddrinfo' });
  };

describe('a connection', () => {
  it('is opened to an address and a name', async () => {
    expect((await dial({})).connection?.remoteAddress).toBe('127.0.0.1');
    expect((await dial({ host: 'localhost' })).connection?.remoteAddress).toBe('127.0.0.1');
  });

  it.runIf(hasIpv6)('is opened over IPv6', async () => {
    expect((await dial({ host: '::1', port: portOf(ipv6) })).connection?.remoteAddress).toBe('::1');
  });

  it('has the times of its phases', async () => {
    const { dnsMs, connectMs, tlsMs } = (await dial({ host: 'localhost' })).connection!.timings;
    expect(dnsMs).toBeGreaterThan(0);
    expect(connectMs).toBeGreaterThan(0);
    expect(tlsMs).toBeUndefined();
  });

  it('falls back to the next address when one refuses', async () => {
    const port = portOf(server);
    const { connection, log } = await dial(
      { host: 'two.example', port },
      { resolve: answers('127.0.0.9', '127.0.0.1') },
    );
    expect(connection?.remoteAddress).toBe('127.0.0.1');
    expect(log.some((line) => line.includes('127.0.0.9') && line.includes('ECONNREFUSED'))).toBe(true);
  });

  it('falls back to the next address when one is silent', async () => {
    const here = createServer();
    await new Promise<void>((resolve) => here.listen(full.port, '127.0.0.2', resolve));
    const { connection } = await dial(
      { host: 'two.example', port: full.port },
      { resolve: answers('127.0.0.1', '127.0.0.2') },
    );
    here.close();
    expect(connection?.remoteAddress).toBe('127.0.0.2');
  });

  it('goes to no address that the policy refuses, though another is allowed', async () => {
    const policy = new NetworkPolicy({ deny: ['127.0.0.9'] });
    const { connection, log } = await dial(
      { host: 'two.example' },
      { policy, resolve: answers('127.0.0.9', '127.0.0.1') },
    );
    expect(connection?.remoteAddress).toBe('127.0.0.1');
    expect(log.join()).not.toContain('ECONNREFUSED');
  });

  it.each(['2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '::ffff:a9fe:a9fe'])(
    'goes to no address that the policy refuses, however it is spelt: %s',
    async (host) => {
      const { failure } = await dial({ host, port: 80 });
      expect(failure).toMatchObject({ side: 'config', code: 'refused_by_policy' });
      expect(failure?.message).toContain('built-in rule');
    },
  );

  it('goes where the policy looked, however the name changes', async () => {
    let questions = 0;
    const rebinding: Resolve = async () => [
      { address: (questions += 1) === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 },
    ];
    const { connection } = await dial({ host: 'rebinding.example' }, { resolve: rebinding });
    expect(connection?.remoteAddress).toBe('127.0.0.1');
    expect(questions).toBe(1);
  });
});

describe('a connection that fails', () => {
  const hangs: Resolve = () => new Promise(() => {});

  it.each<[string, Partial<DialRequest>, Partial<RunOptions>, string, string]>([
    ['refused', { port: 1 }, {}, 'connect_refused', '127.0.0.1:1 refused the connection'],
    [
      'refused by all',
      { host: 'a.example', port: 1 },
      { resolve: answers('127.0.0.1', '::1') },
      'connect_refused',
      'a.example:1',
    ],
    [
      'no such name',
      { host: 'a.example' },
      { resolve: failsWith('ENOTFOUND') },
      'dns_not_found',
      'a.example does not exist',
    ],
    ['name servers down', { host: 'a.example' }, { resolve: failsWith('EAI_AGAIN') }, 'dns_failed', 'name servers'],
    ['hung name server', { host: 'a.example' }, { resolve: hangs, timeoutMs: 50 }, 'dns_timeout', 'within 0.1 s'],
    ['no address', { host: 'a.example' }, { resolve: answers() }, 'dns_not_found', 'has no address'],
    ['other family', { host: '127.0.0.1', family: '6' }, {}, 'dns_not_found', 'asks for IPv6'],
    ['too many files', { host: 'a.example' }, { resolve: failsWith('EMFILE') }, 'too_many_open_files', 'ulimit'],
    ['denied name', {}, { policy: new NetworkPolicy({ deny: ['127.0.0.1'] }) }, 'refused_by_policy', 'deny 127.0.0.1'],
    [
      'denied answer',
      { host: 'a.example' },
      { resolve: answers('169.254.169.254') },
      'refused_by_policy',
      '169.254.169.254',
    ],
  ])('says why: %s', async (_, request, options, code, message) => {
    const { failure } = await dial(request, options);
    expect(failure?.code).toBe(code);
    expect(failure?.message).toContain(message);
  });

  it('says why: no answer', async () => {
    const { failure } = await dial({ port: full.port }, { timeoutMs: 1_000 });
    expect(failure).toMatchObject({ side: 'network', code: 'connect_timeout' });
    expect(failure?.message).toContain('within 1 s');
  });

  it('really asks the resolver of the system', async () => {
    const { failure } = await dial({ host: 'no-such-host.invalid' });
    expect(['dns_not_found', 'dns_failed']).toContain(failure?.code);
  });
});

describe('TLS', () => {
  const authority = makeAuthority('Our authority');
  const { certificate: ca } = authority;
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));

  async function tlsServer(names: string[], validForDays = 366, options: object = {}): Promise<number> {
    const { certificate: cert, key } = authority.issue({ names, validFromDays: -30, validForDays });
    const server = createTlsServer({ cert, key, ...options }, (socket) => {
      socket.on('error', () => {});
      socket.end('hello');
    });
    server.on('tlsClientError', () => {});
    servers.push(server);
    await listen(server, '127.0.0.1');
    return portOf(server);
  }
  const at = (port: number, host = 'a.example') => [{ host, port }, { resolve: answers('127.0.0.1') }] as const;

  it('is spoken with a server of a trusted name', async () => {
    const [request, options] = at(await tlsServer(['a.example']));
    const { connection } = await dial({ ...request, tls: { ca } }, options);
    expect(connection?.tls).toMatchObject({ protocol: 'TLSv1.3', authorized: true });
    expect(connection?.tls?.certificate.subject.CN).toBe('a.example');
    expect(connection?.timings.tlsMs).toBeGreaterThan(0);
  });

  it('is spoken with an address whose certificate names it', async () => {
    const port = await tlsServer(['127.0.0.1']);
    expect((await dial({ port, tls: { ca } })).connection?.tls?.authorized).toBe(true);
  });

  it('is spoken under another name', async () => {
    const [request, options] = at(await tlsServer(['b.example']));
    const { connection } = await dial({ ...request, tls: { ca, serverName: 'b.example' } }, options);
    expect(connection?.tls?.authorized).toBe(true);
  });

  it('can be spoken without trust, which is told', async () => {
    const [request, options] = at(await tlsServer(['b.example'], 10));
    const { connection } = await dial({ ...request, tls: { insecure: true } }, options);
    expect(connection?.tls).toMatchObject({
      authorized: false,
      authorizationError: expect.stringMatching(/UNABLE|CERT/),
    });
  });

  it.each<[string, string[], number, object, string, string]>([
    ['unknown issuer', ['a.example'], 366, {}, 'tls_untrusted', 'Our authority'],
    ['expired', ['a.example'], 10, { ca }, 'tls_expired', 'expired on 20'],
    ['other name', ['b.example'], 366, { ca }, 'tls_wrong_name', 'is for DNS:b.example, not for a.example'],
    ['bad options', ['a.example'], 366, { certificate: 'x', key: 'y' }, 'tls_bad_options', 'cannot be read'],
  ])('is refused: %s', async (_, names, days, tls, code, message) => {
    const [request, options] = at(await tlsServer(names, days));
    const { failure, connection } = await dial({ ...request, tls }, options);
    expect(connection).toBeUndefined();
    expect(failure?.code).toBe(code);
    expect(failure?.message).toContain(message);
  });

  it('is refused before its time', async () => {
    const { certificate: cert, key } = authority.issue({ names: ['a.example'], validFromDays: 5 });
    const [request, options] = at(await tlsServer(['a.example'], 366, { cert, key }));
    expect((await dial({ ...request, tls: { ca } }, options)).failure?.code).toBe('tls_not_yet_valid');
  });

  it('is not possible with an old server', async () => {
    const [request, options] = at(await tlsServer(['a.example'], 366, { maxVersion: 'TLSv1.2' }));
    const { failure } = await dial({ ...request, tls: { ca, minVersion: 'TLSv1.3' } }, options);
    expect(failure).toMatchObject({ side: 'target', code: 'tls_failed' });
    expect(failure?.message).toContain('TLS versions');
  });

  it('is not spoken by a plain server', async () => {
    const { failure } = await dial({ tls: {} });
    expect(failure).toMatchObject({ side: 'target', code: 'tls_failed' });
    expect(failure?.message).toContain('does not speak TLS');
  });

  it('is not waited for longer than the run', async () => {
    const silent = createServer();
    await listen(silent, '127.0.0.1');
    servers.push(silent);
    const { failure } = await dial({ port: portOf(silent), tls: {} }, { timeoutMs: 1_000 });
    expect(failure).toMatchObject({ code: 'tls_timeout' });
  });

  it('ends when the server closes in the middle', async () => {
    const rude = createServer((socket) => socket.destroy());
    await listen(rude, '127.0.0.1');
    servers.push(rude);
    const { failure } = await dial({ port: portOf(rude), tls: {} });
    expect(['tls_failed', 'connection_reset']).toContain(failure?.code);
  });
});

it('asks the system once for a name that many ask for at the same time', async () => {
  const answers = Array.from({ length: 20 }, () => resolveBySystem('localhost', '4'));
  expect(new Set(answers).size).toBe(1);
  expect(await answers[0]).toEqual([{ address: '127.0.0.1', family: 4 }]);
  expect(resolveBySystem('localhost', '4')).not.toBe(answers[0]);
  const others = Array.from({ length: 20 }, (_, index) => resolveBySystem(`127.0.0.${index + 1}`, '4'));
  expect((await Promise.all(others)).map(([first]) => first!.address)).toHaveLength(20);
});
