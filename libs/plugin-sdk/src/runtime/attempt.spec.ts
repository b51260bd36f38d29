import * as z from 'zod';
import { afterAll, describe, expect, it } from 'vitest';
import { defineChannel, type ChannelDefinition } from '../channel.js';
import { SendFailure, type SendContext } from '../send.js';
import { echo, Servers } from '../testing/servers.js';
import { sendByChannel } from './attempt.js';
import { NetworkPolicy } from './policy.js';

const servers = new Servers();
afterAll(() => servers.close());

const message = { id: '1', title: 'T', body: '', fields: [], subjects: [], action: null } as unknown as Parameters<
  ChannelDefinition['send']
>[0]['message'];

function channel(send: (context: SendContext) => Promise<object>): ChannelDefinition {
  return defineChannel({
    kind: 'test',
    title: 'Test',
    summary: '',
    icon: '',
    config: z.object({ url: z.string(), token: z.string().meta({ secret: true }) }),
    address: z.object({ key: z.string().meta({ secret: true }) }),
    idempotent: true,
    send: (_, context) => send(context),
  });
}

const config = { url: 'http://127.0.0.1', token: 'very-secret-token' };
const address = { key: 'very-secret-key' };
const attempt = (send: (context: SendContext) => Promise<object>, options = {}, given = config) =>
  sendByChannel(
    channel(send),
    { config: given, address, message },
    { timeoutMs: 2_000, policy: new NetworkPolicy(), ...options },
  );

describe('an attempt', () => {
  it('masks every secret in log, failure and answer', async () => {
    const text = `${config.token} ${address.key} ${Buffer.from(config.token).toString('base64')}`;
    const outcome = await attempt(async (context) => {
      context.log(text);
      context.answered(418, text);
      throw new SendFailure('permanent', 'refused', text);
    });
    expect(outcome).toMatchObject({
      failure: { message: '*** *** ***4=' },
      answer: { status: 418, text: '*** *** ***4=' },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/very-secret/);
  });

  it('ends at its time-out, and so does what it opened', async () => {
    const port = await servers.tcp(() => undefined);
    const outcome = await attempt(
      async (context) => {
        await context.dial({ host: '127.0.0.1', port });
        return new Promise<never>(() => {});
      },
      { timeoutMs: 100 },
    );
    expect(outcome.failure).toMatchObject({ kind: 'temporary', code: 'timeout' });
    await expect.poll(() => servers.connections).toBe(0);
  });

  it('ends when the hub stops', async () => {
    const stopping = new AbortController();
    const outcome = attempt(
      (context) =>
        new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(new Error('aborted')))),
      { signal: stopping.signal },
    );
    stopping.abort();
    expect((await outcome).failure).toMatchObject({ kind: 'temporary', code: 'cancelled' });
  });

  it('is temporary when the channel itself fails', async () => {
    const outcome = await attempt(() => Promise.reject(new TypeError(`undefined ${config.token}`)));
    expect(outcome.failure).toMatchObject({ kind: 'temporary', code: 'crashed' });
    expect(outcome.failure?.message).not.toContain(config.token);
  });

  it('is permanent with a configuration that is not valid', async () => {
    const outcome = await attempt(() => Promise.resolve({}), {}, { url: 'http://127.0.0.1' } as typeof config);
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'invalid_config' });
  });

  it('cannot be made to smuggle a header', async () => {
    const url = await servers.http(echo);
    const outcome = await attempt(async (context) =>
      context.request({ url, method: 'POST', headers: { 'x-a': 'b\r\nx-evil: 1' }, maxBodyBytes: 1_000 }),
    );
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'invalid_request' });
  });

  it.each([
    ['http://127.0.0.1:1/', 'loopback'],
    ['http://[::1]:1/', 'loopback'],
    ['http://[::ffff:127.0.0.1]:1/', 'loopback'],
    ['http://0.0.0.0:1/', 'unspecified'],
    ['http://10.1.2.3:1/', 'private'],
    ['http://172.31.0.1:1/', 'private'],
    ['http://192.168.1.1:1/', 'private'],
    ['http://[fd12::1]:1/', 'private'],
    ['http://169.254.169.254/latest/meta-data', 'link-local'],
    ['http://[fd00:ec2::254]/', 'metadata'],
    ['http://2130706433:1/', 'loopback'],
    ['http://0x7f.1:1/', 'loopback'],
  ])('may not reach %s where the hub is guarded', async (url, what) => {
    const policy = new NetworkPolicy({ guarded: true });
    const outcome = await attempt((context) => context.request({ url, method: 'GET', headers: {}, maxBodyBytes: 10 }), {
      policy,
    });
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'refused_by_policy' });
    expect(outcome.failure?.message).toContain(what);
    expect(outcome.failure?.message).toContain('The hub may not reach');
  });

  it('may not reach a name that leads to a guarded address', async () => {
    const policy = new NetworkPolicy({ guarded: true });
    const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 as const }]);
    const outcome = await attempt(
      (context) => context.request({ url: 'http://hooks.example.org/', method: 'GET', headers: {}, maxBodyBytes: 10 }),
      { policy, resolve },
    );
    expect(outcome.failure?.code).toBe('refused_by_policy');
  });

  it.each([[['127.0.0.0/8']], [['127.0.0.1']], [['0.0.0.0/0']]])('may reach what %j allows', async (allow) => {
    const url = await servers.http(echo);
    const outcome = await attempt(
      async (context) => {
        await context.request({ url, method: 'GET', headers: {}, maxBodyBytes: 1_000 });
        return {};
      },
      { policy: new NetworkPolicy({ guarded: true, allow }) },
    );
    expect(outcome.receipt).toEqual({});
  });

  it('never reaches metadata, whatever is allowed', () => {
    const policy = new NetworkPolicy({ guarded: true, allow: ['0.0.0.0/0', 'metadata.internal'] });
    expect(policy.refuseAddress('169.254.169.254', 'metadata.internal')).not.toBeNull();
  });
});
