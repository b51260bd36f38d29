import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

// RFC 3720 B.4
it.each([
  ['32 zero bytes', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
])('gives the published check value of %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});
