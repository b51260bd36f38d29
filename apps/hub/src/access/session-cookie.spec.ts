import { expect, it } from 'vitest';
import { sessionCookie } from './session-cookie.js';

it('is Secure and bound to its host on https only', () => {
  const plain = sessionCookie('http://192.168.1.9:3000');
  expect(plain.set('abc', 60)).toBe('checkstack_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax');
  expect(plain.clear()).toContain('checkstack_session=; Max-Age=0');
  const secure = sessionCookie('https://status.example.org');
  expect(secure.set('abc', 60)).toBe(
    '__Host-checkstack_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure',
  );
  expect(secure.read('a=1; __Host-checkstack_session=abc')).toBe('abc');
  expect(secure.read('checkstack_session=planted')).toBeUndefined();
  expect(plain.read(undefined)).toBeUndefined();
});
