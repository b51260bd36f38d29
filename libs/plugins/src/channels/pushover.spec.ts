import { sendByChannel, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { pushoverService, pushoverToken, pushoverUser } from '../testing/pushover-service.js';
import { Service } from '../testing/service.js';
import { pushover } from './pushover.js';

const send = (
  apiUrl: string,
  address: { user?: string; device?: string } = {},
  message = sampleMessage(),
  options = attemptOptions,
) =>
  sendByChannel(
    pushover,
    {
      config: { token: pushoverToken, apiUrl },
      address: { user: pushoverUser, ...address },
      message,
      previous: null,
    },
    options,
  );

describe('a push message', () => {
  it('has title, text, a link and the time at which it happened', async () => {
    await using service = await Service.start(pushoverService);
    expect((await send(service.url, { device: 'phone-1' })).receipt).toEqual({});
    const form = Object.fromEntries(new URLSearchParams(service.last.body));
    expect(form).toMatchObject({
      title: 'Shop <front> is unhealthy & slow',
      device: 'phone-1',
      priority: '1',
      timestamp: String(Date.parse('2026-11-23T10:04:05Z') / 1_000),
      url: 'https://checkstack.example.org/alerts/1',
      url_title: 'Acknowledge',
    });
    expect(form['message']).toContain('<b>refused</b>');
    expect(form['message']).toContain('&lt;script&gt;');
  });

  it.each([
    ['info', '-1'],
    ['warning', '0'],
    ['critical', '1'],
  ] as const)('of importance %s has priority %s', async (importance, priority) => {
    await using service = await Service.start(pushoverService);
    await send(service.url, {}, sampleMessage({ importance }));
    expect(new URLSearchParams(service.last.body).get('priority')).toBe(priority);
  });

  it('leads to its system where there is nothing to do', async () => {
    await using service = await Service.start(pushoverService);
    await send(service.url, {}, sampleMessage({ action: null }));
    expect(new URLSearchParams(service.last.body).get('url_title')).toBe('Shop');
  });

  it('keeps Pushover’s limits, however much or little there is to say', async () => {
    await using service = await Service.start(pushoverService);
    expect((await send(service.url, {}, endlessMessage())).failure).toBeUndefined();
    const little = sampleMessage({ title: '', body: '', fields: [], subjects: [], action: null });
    expect((await send(service.url, {}, little)).failure).toBeUndefined();
  });

  it('to a wrong key is permanent, and says so', async () => {
    await using service = await Service.start(pushoverService);
    const { failure } = await send(service.url, { user: 'x'.repeat(30) });
    expect(failure).toMatchObject({ kind: 'permanent', code: 'status_400' });
    expect(failure?.message).toContain('user identifier is not a valid user');
  });

  it('is counted: verifying tells how many are left, and never the token', async () => {
    await using service = await Service.start(pushoverService);
    const good = await verifyConfig(pushover, { token: pushoverToken, apiUrl: service.url }, attemptOptions);
    expect(good?.sentence).toContain('7496 of 10000 messages are left');
    const bad = await verifyConfig(pushover, { token: 'w'.repeat(30), apiUrl: service.url }, attemptOptions);
    expect(bad?.failure).toMatchObject({ kind: 'permanent', code: 'status_400' });
    expect(JSON.stringify([good, bad])).not.toMatch(/azGDOR|wwwww/);
  });
});

describeEndings(pushoverService, (url, options) => send(url, {}, sampleMessage(), options));
