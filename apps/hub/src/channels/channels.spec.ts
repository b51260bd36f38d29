import { routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addChannel } from '../testing/deliveries.js';
import { Receiver } from '../testing/receiver.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

let hub: TestHub;
let receiver: Receiver;
beforeAll(async () => {
  hub = await startTestHub();
  receiver = await Receiver.start();
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const secret = 'planted-secret-of-some-length';
const test = (body: object) => hub.admin.call(routes.channels.test, { body: { kind: 'webhook', ...body } as never });

describe('channels', () => {
  it('are described with their forms, every secret marked', async () => {
    const { items } = await hub.admin.call(routes.channels.kinds);
    expect(items.find(({ kind }) => kind === 'webhook')).toMatchObject({
      title: 'Webhook',
      idempotent: true,
      verifiable: false,
      addressSchema: null,
      configSchema: { properties: { url: { secret: true }, secret: { secret: true } } },
    });
    expect(items.find(({ kind }) => kind === 'mail')).toMatchObject({
      verifiable: true,
      idempotent: false,
      addressSchema: { properties: { email: {} } },
    });
  });

  it('are made, changed and deleted, and their secrets never come back', async () => {
    const channel = await addChannel(hub, { url: receiver.url, secret });
    expect(channel.config).toEqual({
      url: { $secret: 'kept', from: '/url' },
      secret: { $secret: 'kept', from: '/secret' },
    });
    const { rows } = await hub.database.query<{ config: string }>('SELECT config::text FROM channels WHERE id = $1', [
      channel.id,
    ]);
    expect(rows[0]?.config).not.toContain(secret);
    expect(rows[0]?.config).not.toContain(receiver.url);
    const renamed = await hub.admin.call(routes.channels.update, {
      params: { id: channel.id },
      body: { name: 'Renamed', config: channel.config },
      version: channel.version,
    });
    expect(renamed).toMatchObject({ name: 'Renamed', version: 2 });
    await expect(
      hub.admin.call(routes.channels.update, { params: { id: channel.id }, body: { name: 'X' }, version: 1 }),
    ).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect((await hub.admin.call(routes.channels.list)).items.map(({ name }) => name)).toContain('Renamed');
    await hub.admin.call(routes.channels.remove, { params: { id: channel.id } });
    await expect(hub.admin.call(routes.channels.read, { params: { id: channel.id } })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('name the field that is wrong', async () => {
    await expect(addChannel(hub, { url: 'ftp://x' })).rejects.toMatchObject({
      problem: { fields: [{ path: 'config.url' }] },
    });
    await expect(addChannel(hub, { url: receiver.url }, 'pigeon')).rejects.toMatchObject({
      problem: { fields: [{ path: 'kind' }] },
    });
  });

  it('do not send a stored secret to another address', async () => {
    const { id, config } = await addChannel(hub, { url: receiver.url, secret });
    await expect(
      hub.admin.call(routes.channels.update, {
        params: { id },
        body: { config: { ...config, url: 'https://evil.example/' } },
      }),
    ).rejects.toMatchObject({ problem: { fields: [{ path: 'config.secret' }] } });
    await expect(test({ id, config: { ...config, url: 'https://evil.example/' } })).rejects.toMatchObject({
      problem: { fields: [{ path: 'config.secret' }] },
    });
  });
});

describe('a test', () => {
  it('goes out as entered, saved or not', async () => {
    const trial = await test({ config: { url: `${receiver.url}/unsaved` } });
    expect(trial).toMatchObject({ ok: true, answer: { status: 200 } });
    const { id, config } = await addChannel(hub, { url: `${receiver.url}/saved` });
    expect((await test({ id, config })).ok).toBe(true);
    expect(receiver.arrivals.map(({ path }) => path)).toEqual(['/unsaved', '/saved']);
  });

  it('shows the real error', async () => {
    receiver.answer = () => ({ status: 403, body: 'invalid_token' });
    expect(await test({ config: { url: receiver.url } })).toMatchObject({
      ok: false,
      sentence: expect.stringContaining('invalid_token') as string,
      answer: { status: 403, text: 'invalid_token' },
    });
    receiver.answer = () => ({ status: 200 });
  });

  it('does not reach the machine’s own network unless the operator allows it', async () => {
    for (const url of [
      'http://169.254.169.254/latest',
      'http://[::1]:80/',
      'http://10.0.0.1/',
      'http://192.168.0.1/',
    ]) {
      const trial = await test({ config: { url } });
      expect(trial.ok).toBe(false);
      expect(trial.sentence).toMatch(/^The hub may not reach .*CHECKSTACK_ALLOWED_TARGETS/);
    }
  });

  it('is for those who may manage channels', async () => {
    const viewer = await hub.signIn('viewer');
    await expect(
      viewer.call(routes.channels.test, { body: { kind: 'webhook', config: { url: receiver.url } } }),
    ).rejects.toMatchObject({ status: 403 });
  });
});

describe('destinations', () => {
  const mail = () => addChannel(hub, { host: '127.0.0.1', port: 25, from: 'alerts@example.org' }, 'mail');

  it('are one’s own', async () => {
    const channel = await mail();
    const ada = await hub.signIn('viewer');
    const eve = await hub.signIn('viewer');
    const destination = await ada.call(routes.destinations.create, {
      body: { channelId: channel.id, address: { email: 'ada@example.org' } },
    });
    expect(destination).toMatchObject({
      channel: { id: channel.id, kind: 'mail' },
      team: null,
      address: { email: 'ada@example.org' },
    });
    await expect(
      ada.call(routes.destinations.create, { body: { channelId: channel.id, address: { email: 'ada@example.org' } } }),
    ).rejects.toMatchObject({ code: 'already_exists' });
    expect((await ada.call(routes.destinations.list)).items).toHaveLength(1);
    expect((await eve.call(routes.destinations.list)).items).toHaveLength(0);
    const params = { id: destination.id };
    await expect(eve.call(routes.destinations.update, { params, body: { enabled: false } })).rejects.toMatchObject({
      status: 404,
    });
    await expect(eve.call(routes.destinations.remove, { params })).rejects.toMatchObject({ status: 404 });
    expect((await ada.call(routes.destinations.update, { params, body: { enabled: false } })).enabled).toBe(false);
    await ada.call(routes.destinations.remove, { params });
  });

  it('of a team are its managers’ to change', async () => {
    const channel = await mail();
    const manager = await hub.signIn('viewer');
    const { user } = await manager.call(routes.session.read);
    const team = await hub.admin.call(routes.teams.create, {
      body: { name: 'Payments', members: [{ userId: user.id, manager: true }] },
    });
    const body = { channelId: channel.id, teamId: team.id, address: { email: 'team@example.org' } };
    expect((await manager.call(routes.destinations.create, { body })).team).toEqual({ id: team.id, name: 'Payments' });
    const other = await hub.signIn('viewer');
    await expect(other.call(routes.destinations.create, { body })).rejects.toMatchObject({ status: 403 });
    expect((await manager.call(routes.destinations.list, { query: { teamId: team.id } })).items).toHaveLength(1);
  });

  it('name what is wrong with an address', async () => {
    const channel = await mail();
    await expect(
      hub.admin.call(routes.destinations.create, { body: { channelId: channel.id, address: { email: 'nobody' } } }),
    ).rejects.toMatchObject({ problem: { fields: [{ path: 'address.email' }] } });
  });

  it('can be tried before they are saved', async () => {
    const channel = await addChannel(hub, { url: `${receiver.url}/mine` });
    const viewer = await hub.signIn('viewer');
    const trial = await viewer.call(routes.destinations.test, { body: { channelId: channel.id } });
    expect(trial.ok).toBe(true);
    expect(receiver.arrivals.at(-1)?.path).toBe('/mine');
  });
});
