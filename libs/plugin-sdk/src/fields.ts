// Config fields and facts that probes have in common, so that they read and behave the same everywhere.
import type { Connection } from './context.js';
import * as z from 'zod';
import { daysLeft, nameOf } from './certificate.js';
import { fact, type Reading } from './facts.js';

const template = /\{\{[^{}]*\}\}/g;

/** A text in which templates may stand is judged as if each were a plain word. */
export function withoutTemplates(text: string): string {
  return text.replace(template, 'x');
}

const name = /^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_.])?$/u;
const ipv6 = /^[\da-f]*:[\da-f:.]+(%[\w.-]+)?$/i;
const certificate = /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END/;

const pem = z.string().trim().max(100_000);

/** One or more certificates in PEM. */
export const pemCertificates = pem.regex(certificate, 'must be PEM: -----BEGIN CERTIFICATE----- …');

/** A private key in PEM. */
export const pemKey = pem
  .regex(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END/, 'must be PEM: -----BEGIN PRIVATE KEY----- …')
  .meta({ secret: true, multiline: true });

export const host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .refine(
    (text) => name.test(withoutTemplates(text)) || ipv6.test(text),
    'must be a host name or an address, without scheme and port',
  )
  .meta({
    title: 'Host',
    description: 'Name or address.',
    examples: ['db.example.org', '10.0.0.5'],
    templatable: true,
    target: true,
  });

export const port = z.int().min(1).max(65_535).meta({ title: 'Port', target: true });

/** A text of one line that others must not see: a token, a password. */
export const secretText = z
  .string()
  .min(1)
  .max(10_000)
  .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'must be one line of Latin characters')
  .meta({ secret: true });

/** Where a service is, or a secret webhook's address: give it title, examples and its marks. */
export const webAddress = z
  .string()
  .trim()
  .min(1)
  .max(4_000)
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be a URL that starts with https:// or http://',
  )
  .refine(
    (text) => !URL.canParse(text) || new URL(text).username + new URL(text).password === '',
    'must not hold user and password',
  );

export const ipFamily = z
  .union([
    z.literal('any').meta({ title: 'Any' }),
    z.literal('4').meta({ title: 'IPv4' }),
    z.literal('6').meta({ title: 'IPv6' }),
  ])
  .default('any')
  .meta({
    title: 'IP version',
    description: 'Any: the first address that answers, IPv6 or IPv4.',
    advanced: true,
  });

export const tlsOptions = {
  serverName: z
    .string()
    .trim()
    .min(1)
    .max(253)
    .optional()
    .meta({
      title: 'Server name',
      description: 'Sent to the server (SNI) and expected in its certificate, in place of the host.',
      examples: ['www.example.org'],
      templatable: true,
      target: true,
    }),
  ca: pemCertificates.optional().meta({
    title: 'CA certificates',
    description: 'PEM. Trusted in place of the system’s certificates.',
    multiline: true,
    target: true,
  }),
  insecure: z.boolean().default(false).meta({
    title: 'Do not verify',
    description: 'Accept a certificate that is not trusted, has expired or is for another name.',
    target: true,
  }),
  minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').meta({ title: 'Lowest TLS version' }),
};

export const certificateFacts = {
  certificateDays: fact.number('Certificate days left', { unit: 'days', chart: 'line' }),
  certificateIssuer: fact.text('Certificate issuer'),
  certificateSubject: fact.text('Certificate subject'),
};

export function certificateReading(tls: Connection['tls']): Reading {
  if (!tls) return {};
  return {
    certificateDays: daysLeft(tls.certificate),
    certificateIssuer: nameOf(tls.certificate.issuer),
    certificateSubject: nameOf(tls.certificate.subject),
  };
}
