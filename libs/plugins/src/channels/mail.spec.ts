import { openFullPort, Servers } from '@checkstack/plugin-sdk/testing';
import { NetworkPolicy, sendByChannel, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import type { Receipt } from '@checkstack/plugin-sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { attemptOptions } from '../testing/endings.js';
import { MailServer, type MailServerOptions } from '../testing/mail-server.js';
import { sampleMessage } from '../testing/message.js';
import { mail } from './mail.js';

const servers = new Servers();
afterAll(() => servers.close());

const login = { user: 'alerts', password: 'correct horse battery' };

function configOf(server: Pick<MailServer, 'port' | 'ca'>, given: object = {}): object {
  return {
    host: '127.0.0.1',
    port: server.port,
    from: 'Checkstack <alerts@example.org>',
    tls: { ca: server.ca },
    ...given,
  };
}

const send = (
  config: object,
  given: { email?: string; message?: ReturnType<typeof sampleMessage>; previous?: Receipt | null } = {},
  options = attemptOptions,
) => {
  const { email = 'ada@example.org', message = sampleMessage(), previous = null } = given;
  return sendByChannel(mail, { config, address: { email }, message, previous }, options);
};

async function sendTo(options: MailServerOptions, given: object = {}) {
  await using server = await MailServer.start(options);
  const outcome = await send(configOf(server, given));
  return { received: server.received, outcome };
}

describe('mail', () => {
  it('goes over STARTTLS, signed in, as text and HTML', async () => {
    const { received, outcome } = await sendTo(login, login);
    expect(outcome).toMatchObject({ answer: { status: 250 } });
    expect(received[0]).toMatchObject({
      from: 'alerts@example.org',
      to: ['ada@example.org'],
      user: 'alerts',
      secure: true,
    });
    const { raw } = received[0]!;
    expect(raw).toMatch(/^From: Checkstack <alerts@example.org>\r$/m);
    expect(raw).toMatch(/^Subject: \[Checkstack\] Shop <front> is unhealthy & slow\r$/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toMatch(/^Message-ID: <0b5f8f6e-6b3c-4f0e-9c1b-0d6a4f6f9f10@example.org>\r$/m);
    expect(raw).toContain('Content-Type: text/plain');
    expect(raw).toContain('Content-Type: text/html');
    expect(raw).toContain('&lt;script&gt;');
    const [, html = ''] = raw.split('Content-Type: text/html');
    expect(html).not.toMatch(/<script|href=3D"javascript/);
  });

  it('goes over TLS from the start', async () => {
    const { received, outcome } = await sendTo({ tls: true, ...login }, { security: 'tls', ...login });
    expect(outcome.failure).toBeUndefined();
    expect(received[0]).toMatchObject({ user: 'alerts', secure: true });
  });

  it('goes in clear only when asked', async () => {
    const { received, outcome } = await sendTo({ plain: true }, { security: 'none' });
    expect(outcome.failure).toBeUndefined();
    expect(received[0]!.secure).toBe(false);
  });

  it('is not sent to a server that offers no STARTTLS', async () => {
    const { received, outcome } = await sendTo({ plain: true });
    expect(outcome.failure).toMatchObject({ kind: 'temporary', code: 'tls_failed' });
    expect(received).toEqual([]);
  });

  it.each([
    ['starttls', {}],
    ['tls', { tls: true }],
  ])('is not sent to a server whose certificate is not trusted (%s)', async (security, options) => {
    const { received, outcome } = await sendTo(options, { security, tls: {} });
    expect(outcome.failure).toMatchObject({ kind: 'temporary', code: expect.stringMatching(/^tls_/) as string });
    expect(received).toEqual([]);
  });

  it('says that user or password is wrong, and shows neither', async () => {
    const { outcome } = await sendTo(login, { ...login, password: 'another password' });
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'smtp_535' });
    expect(outcome.failure?.message).toContain('does not accept the user or password');
    expect(JSON.stringify(outcome)).not.toContain('another password');
  });

  it.each([
    [550, '5.1.1 No such user here', 'permanent'],
    [452, '4.2.2 Mailbox full', 'temporary'],
    [450, '4.2.0 Greylisted, try again', 'temporary'],
  ])('to a recipient that is refused with %i ends so', async (code, text, kind) => {
    const { outcome } = await sendTo({ refuse: () => ({ code, text }) });
    expect(outcome.failure).toMatchObject({ kind, code: `smtp_${code}` });
    expect(outcome.answer?.status).toBe(code);
    expect(outcome.answer?.text).toContain(text);
  });

  it.each([
    [554, 'permanent'],
    [451, 'temporary'],
  ])('that is refused as a whole with %i ends so', async (code, kind) => {
    const { outcome } = await sendTo({ refuseData: { code, text: 'Not this' } });
    expect(outcome.failure).toMatchObject({ kind, code: `smtp_${code}` });
  });

  it('is temporary when nobody listens, or nobody answers', async () => {
    const server = await MailServer.start();
    const config = configOf(server);
    await server[Symbol.asyncDispose]();
    expect((await send(config)).failure).toMatchObject({ kind: 'temporary', code: 'connect_refused' });
    const silent = await servers.tcp(() => undefined);
    const short = { ...attemptOptions, timeoutMs: 300 };
    expect((await send({ ...config, port: silent }, {}, short)).failure).toMatchObject({ kind: 'temporary' });
    const full = await openFullPort();
    expect((await send({ ...config, port: full.port }, {}, short)).failure).toMatchObject({ kind: 'temporary' });
    await full.close();
  });

  it('is permanent when the hub may not reach the server', async () => {
    await using server = await MailServer.start();
    const options = { ...attemptOptions, policy: new NetworkPolicy({ guarded: true }) };
    expect((await send(configOf(server), {}, options)).failure).toMatchObject({
      kind: 'permanent',
      code: 'refused_by_policy',
    });
  });

  it('hangs together: what follows answers the first', async () => {
    await using server = await MailServer.start();
    const { receipt } = await send(configOf(server));
    const message = sampleMessage({ id: '5e0c9f0e-1111-4222-8333-444455556666', title: 'Better again' });
    const next = await send(configOf(server), { message, previous: receipt ?? null });
    expect(server.last.raw).toMatch(/^In-Reply-To: <0b5f8f6e-6b3c-4f0e-9c1b-0d6a4f6f9f10@example.org>\r$/m);
    expect(next.receipt).toEqual(receipt);
  });

  it('has no headers but its own, whatever a title holds', async () => {
    await using server = await MailServer.start();
    const message = sampleMessage({ title: 'Down\r\nBcc: eve@example.org\r\n\r\nHello' });
    await send(configOf(server), { message });
    expect(server.last.to).toEqual(['ada@example.org']);
    expect(server.last.raw).not.toMatch(/^Bcc:/m);
  });

  it('says whether the server takes the login, without a mail', async () => {
    await using server = await MailServer.start(login);
    const good = await verifyConfig(mail, configOf(server, login), attemptOptions);
    expect(good?.sentence).toBe('Signed in to 127.0.0.1 as alerts.');
    const bad = await verifyConfig(mail, configOf(server, { ...login, password: 'wrong' }), attemptOptions);
    expect(bad?.failure).toMatchObject({ kind: 'permanent', code: 'smtp_535' });
    expect(server.received).toEqual([]);
  });
});

describe('its form', () => {
  it.each(['a@b.example\r\nBcc: c@d.example', 'Eve" <a@b.example>', 'nobody', '<a@b.example'])(
    'refuses %j as sender',
    (from) => {
      const config = { host: 'smtp.example.org', port: 587, from };
      expect(mail.config.safeParse(config).success).toBe(false);
    },
  );

  it.each(['ada', 'ada@example.org, eve@example.org', 'ada@example.org\nBcc: eve@example.org'])(
    'refuses %j as address',
    (email) => expect(mail.address?.safeParse({ email }).success).toBe(false),
  );
});
