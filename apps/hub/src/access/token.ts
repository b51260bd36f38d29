import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits. Too many to guess, so that a plain SHA-256 of it is safe to store. */
export function randomToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
