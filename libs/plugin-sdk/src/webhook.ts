// What signs a webhook, by the Standard Webhooks specification (https://www.standardwebhooks.com, version 1.0.0).
import { createHmac } from 'node:crypto';
import * as z from 'zod';

const prefix = 'whsec_';

/** What sender and receiver share: `whsec_` and base64, or any text. */
export const signingSecret = z
  .string()
  .trim()
  .min(16, 'must have at least 16 characters')
  .max(500)
  .refine(
    (text) => !text.startsWith(prefix) || /^[A-Za-z0-9+/]+={0,2}$/.test(text.slice(prefix.length)),
    'must be base64 after whsec_',
  )
  .meta({
    title: 'Signing secret',
    description: 'Signs each request (header webhook-signature, HMAC-SHA256), so that the receiver knows who sent it.',
    secret: true,
  });

/** The headers of one request: its id and time, and both with the body under the secret. */
export function webhookHeaders(given: {
  /** The same at every attempt: the idempotency key. */
  id: string;
  body: string;
  secret?: string | undefined;
  /** Unix milliseconds. */
  now?: number;
}): Record<string, string> {
  const { id, body, secret, now = Date.now() } = given;
  const timestamp = String(Math.floor(now / 1000));
  const headers = { 'idempotency-key': id, 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
