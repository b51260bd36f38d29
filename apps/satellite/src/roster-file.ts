// The roster on disk, so that a restart without the hub goes on probing. Encrypted: the jobs in it hold secrets.
//
//   0  magic "CKROSTR1"    8 salt, 16 bytes    24 nonce, 12 bytes    36 ciphertext, then 16 bytes tag
//
// AES-256-GCM, key by HKDF-SHA-256 (RFC 5869) from the token. Plain: satellite id (16 bytes), then the whole roster
// as the frame that would bring it.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  applyRosterUpdate,
  decodeFrame,
  encodeFrame,
  noRoster,
  uuidFromBytes,
  uuidToBytes,
  wholeRoster,
  type Roster,
} from '@checkstack/link';
import { replaceFile } from './replace-file.js';

const magic = Buffer.from('CKROSTR1');
const saltAt = 8;
const nonceAt = 24;
const cipherAt = 36;
const tagBytes = 16;

export interface HeldRoster {
  satelliteId: string;
  roster: Roster;
}

export async function saveRoster(path: string, token: string, { satelliteId, roster }: HeldRoster): Promise<void> {
  const plain = Buffer.concat([uuidToBytes(satelliteId, 'satellite'), encodeFrame(wholeRoster(roster))]);
  const salt = randomBytes(nonceAt - saltAt);
  const nonce = randomBytes(cipherAt - nonceAt);
  const cipher = createCipheriv('aes-256-gcm', keyOf(token, salt), nonce).setAAD(magic);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  await replaceFile(path, Buffer.concat([magic, salt, nonce, sealed, cipher.getAuthTag()]));
}

/** The roster that one of the tokens opens; null without one, for a lost or damaged file only means a full sync. */
export async function loadRoster(path: string, tokens: readonly string[]): Promise<HeldRoster | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    return null;
  }
  if (!bytes.subarray(0, saltAt).equals(magic) || bytes.length < cipherAt + tagBytes) return null;
  for (const token of tokens) {
    const held = unseal(bytes, token);
    if (held !== null) return held;
  }
  return null;
}

function unseal(bytes: Buffer, token: string): HeldRoster | null {
  try {
    const key = keyOf(token, bytes.subarray(saltAt, nonceAt));
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(nonceAt, cipherAt)).setAAD(magic);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plain = Buffer.concat([decipher.update(bytes.subarray(cipherAt, -tagBytes)), decipher.final()]);
    const frame = decodeFrame(plain.subarray(16));
    if (frame?.kind !== 'rosterUpdate') return null;
    const applied = applyRosterUpdate(noRoster, frame);
    return 'roster' in applied
      ? { satelliteId: uuidFromBytes(plain.subarray(0, 16), 'satellite'), roster: applied.roster }
      : null;
  } catch {
    return null;
  }
}

function keyOf(token: string, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', token, salt, 'checkstack satellite roster', 32));
}
