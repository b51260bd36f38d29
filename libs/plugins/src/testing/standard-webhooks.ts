// A receiver of webhooks by the Standard Webhooks specification 1.0.0
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, read 2026-11-23): headers
// webhook-id, webhook-timestamp and webhook-signature; the signed content is `id.timestamp.body`.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Answer, Received, Rules } from './service.js';

const toleranceSeconds = 300;

/** Takes JSON that is signed with this `whsec_` secret, each id once; another answer says what is wrong. */
export function standardWebhooks(secret?: string): Rules {
  const seen = new Set<string>();
  return (request) => {
    if (request.method !== 'POST' && request.method !== 'PUT') return refused('the method');
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = request.headers;
    if (id === '' || id.includes('.')) return refused('webhook-id');
    if (request.headers['idempotency-key'] !== id) return refused('idempotency-key');
    if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return refused('webhook-timestamp');
    if (secret !== undefined && !isSigned(request, secret)) return refused('webhook-signature');
    if (seen.has(id)) return { status: 200, body: 'known already' };
    seen.add(id);
    return { status: 200, body: 'taken' };
  };
}

function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return (headers['webhook-signature'] ?? '').split(' ').some((part) => {
    const [version, signature = ''] = part.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function refused(what: string): Answer {
  return { status: 400, body: `${what} is wrong` };
}
