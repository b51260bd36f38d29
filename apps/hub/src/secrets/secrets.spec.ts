import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { Cipher } from './cipher.js';
import { redactConfig } from './secret-values.js';
import { Secrets } from './secrets.service.js';

const secrets = new Secrets(new Cipher(randomBytes(32).toString('hex')));
const secret = () => z.string().meta({ secret: true });
const schema = z.strictObject({
  url: z.string().meta({ target: true }),
  note: z.string().optional(),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('basic'), user: z.string(), password: secret() }),
      z.strictObject({ type: z.literal('bearer'), token: secret() }),
    ])
    .optional(),
  headers: z.array(z.strictObject({ name: z.string(), value: secret() })).optional(),
  metadata: z.record(z.string(), secret()).optional(),
});
const binding = 'checks/1/config';

function store(config: object) {
  return { config: secrets.sealConfig({ schema, config, stored: null, binding }), binding };
}

const entered = {
  url: 'https://a.test/',
  auth: { type: 'basic', user: 'me', password: 'hunter2' },
  headers: [
    { name: 'x', value: 'one' },
    { name: 'y', value: 'two' },
  ],
  metadata: { 'a/b~c': 'three', ['__proto__']: 'four' },
};

it('stores secrets sealed, opens them for the satellite, and shows browsers none of them', () => {
  const stored = store(entered);
  const text = JSON.stringify(stored.config);
  for (const plain of ['hunter2', '"one"', '"two"', 'three', 'four']) expect(text).not.toContain(plain);
  expect(text).toContain('"user":"me"');
  expect(secrets.openConfig(stored)).toEqual(entered);
  expect(redactConfig(stored.config)).toMatchObject({
    url: 'https://a.test/',
    auth: { password: { $secret: 'kept', from: '/auth/password' } },
    metadata: { 'a/b~c': { $secret: 'kept', from: '/metadata/a~1b~0c' } },
  });
  expect(JSON.stringify(redactConfig(stored.config))).not.toContain('$sealed');
});

it('keeps what is sent back as it was shown, replaces a text, clears what is left out', () => {
  const stored = store(entered);
  const shown = redactConfig(stored.config);
  const kept = secrets.completeConfig({ schema, config: shown, stored, path: 'config' });
  expect(kept).toEqual(entered);
  expect(secrets.sealConfig({ schema, config: kept, stored, binding })).toEqual(stored.config);

  const edited = { ...shown, auth: { type: 'basic', user: 'me', password: 'new' }, headers: undefined };
  const complete = secrets.completeConfig({ schema, config: edited, stored, path: 'config' });
  expect(complete).toMatchObject({ auth: { password: 'new' }, metadata: { 'a/b~c': 'three' } });
  expect(complete['headers']).toBeUndefined();
});

it('finds a kept secret again in a list that was put in another order', () => {
  const stored = store(entered);
  const [first, second] = redactConfig(stored.config)['headers'] as object[];
  const config = { ...redactConfig(stored.config), headers: [second, { name: 'z', value: 'zero' }, first] };
  const complete = secrets.completeConfig({ schema, config, stored, path: 'config' });
  expect(complete['headers']).toEqual([
    { name: 'y', value: 'two' },
    { name: 'z', value: 'zero' },
    { name: 'x', value: 'one' },
  ]);
  expect(
    secrets.openConfig({ config: secrets.sealConfig({ schema, config: complete, stored, binding }), binding }),
  ).toEqual(complete);
});

it('sends no stored secret to another address', () => {
  const stored = store(entered);
  const config = { ...redactConfig(stored.config), url: 'https://evil.test/' };
  const complete = () => secrets.completeConfig({ schema, config, stored, path: 'config' });
  expect(complete).toThrow(/^config\.auth\.password: The address changed/);
});

it.each([
  ['nothing is stored', { auth: { type: 'bearer', token: { $secret: 'kept' } } }, 'config.auth.token'],
  ['a place is named that holds none', { metadata: { k: { $secret: 'kept', from: '/url' } } }, 'config.metadata.k'],
  [
    'a secret is to be moved to another field',
    { metadata: { k: { $secret: 'kept', from: '/auth/password' } } },
    'config.metadata.k',
  ],
  ['a sealed text is sent in', { note: { $sealed: 'x' } }, 'config.note'],
])('names the field when %s', (_, part, path) => {
  const stored = store({ url: entered.url, auth: entered.auth });
  const complete = () =>
    secrets.completeConfig({ schema, config: { url: entered.url, ...part }, stored, path: 'config' });
  expect(complete).toThrow(
    expect.objectContaining({ options: expect.objectContaining({ fields: [{ path, message: expect.any(String) }] }) }),
  );
});

it('puts a secret into no field that is shown', () => {
  const stored = store(entered);
  const config = { ...redactConfig(stored.config), note: { $secret: 'kept', from: '/auth/password' } };
  const complete = secrets.completeConfig({ schema, config, stored, path: 'config' });
  expect(complete['note']).toEqual({ $secret: 'kept', from: '/auth/password' });
  expect(schema.safeParse(complete).success).toBe(false);
});

it('opens a secret nowhere but in its own row and field, and not after it was altered', () => {
  const stored = store(entered);
  expect(() => secrets.openConfig({ ...stored, binding: 'checks/2/config' })).toThrow(/moved from elsewhere/);
  const sealed = secrets.seal('plain', 'here');
  expect(secrets.open(sealed, 'here')).toBe('plain');
  expect(() => secrets.open(sealed.slice(0, -2), 'here')).toThrow(/damaged/);
  expect(() => secrets.open('', 'here')).toThrow();
  const other = new Cipher(randomBytes(32).toString('hex'));
  expect(() => other.open(sealed, 'here')).toThrow(/sealed with the key/);
});
