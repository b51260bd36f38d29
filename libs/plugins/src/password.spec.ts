import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { passwordLogin } from './password.js';

const right = 'a good long password';
const credential = await passwordLogin.createCredential!(right);
const host = {
  findCredential: async (email: string) => (email === 'me@example.org' ? { userId: 'user-1', credential } : null),
};

describe('signing in', () => {
  it('takes the right password', async () => {
    expect(await passwordLogin.signIn({ email: 'me@example.org', password: right }, host)).toEqual({
      userId: 'user-1',
    });
  });

  it.each([
    ['a wrong password', 'me@example.org', `${right}!`],
    ['another case', 'me@example.org', right.toUpperCase()],
    ['an unknown user', 'you@example.org', right],
  ])('refuses %s', async (_, email, password) => {
    expect(await passwordLogin.signIn({ email, password }, host)).toBeNull();
  });

  it('does the same work for an unknown user', async () => {
    const work = async (email: string): Promise<number> => {
      const before = process.cpuUsage();
      for (let attempt = 0; attempt < 5; attempt += 1)
        await passwordLogin.signIn({ email, password: 'wrong password' }, host);
      return process.cpuUsage(before).user;
    };
    const [known, unknown] = [await work('me@example.org'), await work('you@example.org')];
    // Without the work it would be a hundredth.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it('parses its form', () => {
    const { form } = passwordLogin;
    expect(form.parse({ email: ' me@example.org ', password: ' a ' })).toEqual({
      email: 'me@example.org',
      password: ' a ',
    });
    expect(() => form.parse({ email: 'a', password: 'x'.repeat(257) })).toThrow(ZodError);
    expect(() => form.parse({ email: '', password: 'x' })).toThrow(ZodError);
  });
});

describe('a credential', () => {
  it('is Argon2id with its own salt, at the cost that OWASP asks for', async () => {
    expect(credential).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordLogin.createCredential!(right)).not.toBe(credential);
  });

  it.each([
    'correct horse battery staple',
    'Tr0ub4dor&3x',
    'пароль-моей-кошки',
    'x1y2z3w4v5',
    'passwords are overrated',
  ])('is made for %j', async (password) =>
    expect(await passwordLogin.createCredential!(password)).toContain('argon2id'),
  );

  it.each([
    ['too short', 'k2!vXz9qL', 'at least 10'],
    ['too long', 'abc123!xyz'.repeat(26), 'at most 256'],
    ['one character', 'aaaaaaaaaaaa', 'different characters'],
    ['few characters', 'abababababab', 'different characters'],
    ['a common word with digits', 'password12', 'attackers try'],
    ['in capitals and signs', '!!PassWord!!2024', 'attackers try'],
    ['a common word twice', 'letmeinletmein', 'attackers try'],
    ['digits in order', '1234567890', 'attackers try'],
    ['digits backwards', '9876543210', 'attackers try'],
    ['a row of the keyboard', 'qwertyuiop', 'attackers try'],
    ['the alphabet', 'abcdefghijkl', 'attackers try'],
    ['columns of the keyboard', '1qaz2wsx3edc', 'attackers try'],
    ['the product', 'checkstack2026', 'attackers try'],
  ])('is refused for a password that is %s', async (_, password, message) => {
    await expect(passwordLogin.createCredential!(password)).rejects.toThrow(message);
    await expect(passwordLogin.createCredential!(password)).rejects.toBeInstanceOf(ZodError);
  });
});
