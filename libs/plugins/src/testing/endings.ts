// How a send can end, the same for every service over HTTP.
import type { AttemptOptions, AttemptOutcome } from '@checkstack/plugin-sdk/runtime';
import { NetworkPolicy } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { Service, type Rules } from './service.js';

export const attemptOptions: AttemptOptions = { timeoutMs: 5_000, policy: new NetworkPolicy() };

/** Describes what one channel or integration makes of each end; `send` sends a message to the service at `url`. */
export function describeEndings(
  rules: Rules,
  send: (url: string, options: AttemptOptions) => Promise<AttemptOutcome>,
): void {
  describe('its end', () => {
    const attempt = async (fault: Service['fault'], options: Partial<AttemptOptions> = {}) => {
      await using service = await Service.start(rules);
      service.fault = fault;
      return await send(service.url, { ...attemptOptions, ...options });
    };

    it('is good when the service takes it', async () => {
      const outcome = await attempt(undefined);
      expect(outcome.failure).toBeUndefined();
      expect(outcome.receipt).toBeDefined();
    });

    it.each([400, 401, 403, 404, 410])('is permanent with status %i', async (status) => {
      const { failure, answer } = await attempt({ status, body: 'no such thing' });
      expect(failure).toMatchObject({ kind: 'permanent', code: `status_${status}` });
      expect(answer).toEqual({ status, text: 'no such thing' });
    });

    it('is permanent with a redirect, which nobody follows', async () => {
      const { failure } = await attempt({ status: 302, headers: { location: 'http://169.254.169.254/' } });
      expect(failure).toMatchObject({ kind: 'permanent', code: 'status_302' });
    });

    it('is temporary with 429, for as long as the service says', async () => {
      const { failure } = await attempt({ status: 429, headers: { 'retry-after': '30' } });
      expect(failure).toMatchObject({ kind: 'temporary', code: 'status_429', retryAfterMs: 30_000 });
    });

    it.each([500, 502, 503])('is temporary with status %i', async (status) => {
      expect((await attempt({ status })).failure).toMatchObject({ kind: 'temporary', code: `status_${status}` });
    });

    it('is temporary when the service does not answer in time', async () => {
      const { failure } = await attempt('silence', { timeoutMs: 300 });
      expect(failure).toMatchObject({ kind: 'temporary', code: expect.stringMatching(/timeout/) as string });
    });

    it('is temporary when nothing listens', async () => {
      const service = await Service.start(rules);
      await service[Symbol.asyncDispose]();
      const { failure } = await send(service.url, attemptOptions);
      expect(failure).toMatchObject({ kind: 'temporary', code: 'connect_refused' });
    });

    it('is temporary when the certificate is not trusted, and nothing was sent', async () => {
      await using service = await Service.start(rules, { tls: true });
      const { failure } = await send(service.url, attemptOptions);
      expect(failure).toMatchObject({ kind: 'temporary', code: 'tls_untrusted' });
      expect(service.received).toEqual([]);
    });

    it('is permanent when the hub may not reach it', async () => {
      await using service = await Service.start(rules);
      const policy = new NetworkPolicy({ guarded: true });
      const { failure } = await send(service.url, { ...attemptOptions, policy });
      expect(failure).toMatchObject({ kind: 'permanent', code: 'refused_by_policy' });
      expect(failure?.message).toContain('The hub may not reach 127.0.0.1');
      expect(service.received).toEqual([]);
    });
  });
}
