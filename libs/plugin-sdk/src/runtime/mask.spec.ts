import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskFor } from './mask.js';

const password = 'p"ä/ss+w&rd?';

describe('a masked text', () => {
  const mask = maskFor([password]);

  it.each([
    ['raw', password],
    ['in a URL', encodeURIComponent(password)],
    ['in a form', new URLSearchParams({ '': password }).toString().slice(1)],
    ['in JSON', JSON.stringify(password).slice(1, -1)],
    ['in base64', Buffer.from(password).toString('base64')],
    ['in base64url', Buffer.from(password).toString('base64url')],
  ])('holds no secret: %s', (_, spelling) => {
    const masked = mask(`before ${spelling} after`);
    expect(masked).toContain('***');
    expect(masked).not.toContain(spelling.slice(0, 8));
    expect(masked.startsWith('before ') && masked.endsWith(' after')).toBe(true);
  });

  it('holds no login of which the secret is a part', () => {
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const header = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
      expect(mask(header)).toMatch(/^Basic [\w+/=]*\*\*\*[\w+/=]{0,4}$/);
    }
  });

  it('holds no line of a key', () => {
    const key =
      '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----';
    expect(maskFor([key])('bad: MIGHAgEAMBMGByqGSM49AgEGCCqGSM49!')).toBe('bad: ***!');
  });

  it('is the same without secrets, and where a secret is too short to be one', () => {
    expect(maskFor([])('abc')).toBe('abc');
    expect(maskFor(['a', ''])('abc')).toBe('abc');
  });

  it('is not broken by half a character', () => {
    expect(maskFor(['secret\ud800'])('my secret\ud800!')).toBe('my ***!');
  });

  it('prefers the longer of two secrets', () => {
    expect(maskFor(['abcd', 'abcdefgh'])('abcdefgh')).toBe('***');
  });

  it('never holds the secret, wherever it stands', () => {
    const secrets = fc.string({ minLength: 6, maxLength: 30, unit: 'binary' }).filter((text) => !text.includes('*'));
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        const masked = maskFor([secret])(`${before}${secret}${after}`);
        expect(masked).not.toContain(secret);
        const encoded = Buffer.from(`${before}:${secret}${after}`).toString('base64');
        const inner = Buffer.from(secret).toString('base64').slice(4, -8);
        if (inner.length >= 8) expect(maskFor([secret])(encoded)).toContain('***');
      }),
    );
  });
});
