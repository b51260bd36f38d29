import { describe, expect, it } from 'vitest';
import { retryAfterOf } from './service-answers.js';
import { webhookHeaders } from './webhook.js';

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Mon, 23 Nov 2026 10:05:00 GMT', 300_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['999999999', 86_400_000],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
  ])('%j is %s ms', (text, expected) => expect(retryAfterOf({ headers: { 'retry-after': text } }, now)).toBe(expected));

  it('may be absent', () => expect(retryAfterOf({ headers: {} }, now)).toBeUndefined());
});

describe('a webhook’s signature', () => {
  // The test vector of the reference libraries (https://github.com/standard-webhooks/standard-webhooks, libraries/, read 2026-11-23).
  it('is that of the Standard Webhooks specification', () => {
    expect(
      webhookHeaders({
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        body: '{"test": 2432232314}',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        now: 1_614_265_330_000,
      }),
    ).toEqual({
      'idempotency-key': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});
