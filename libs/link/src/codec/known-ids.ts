// The same slices report again and again: their ids are not written out anew each time.
import { uuidFromBytes } from './fields.js';

const places = 2 ** 16;
const ids = new Array<string | undefined>(places);
const bytesOf = Buffer.alloc(places * 16);

/** The 16 bytes at `at` as UUID text; for one that came before usually the same string. */
export function knownUuid(bytes: Buffer, at: number): string {
  // Random in every version of UUID that is made of random bits.
  const place = ((bytes[at + 14] as number) << 8) | (bytes[at + 15] as number);
  const known = ids[place];
  if (known !== undefined && isSame(bytes, at, place * 16)) return known;
  const id = uuidFromBytes(bytes.subarray(at, at + 16));
  bytes.copy(bytesOf, place * 16, at, at + 16);
  return (ids[place] = id);
}

function isSame(bytes: Buffer, at: number, knownAt: number): boolean {
  for (let index = 0; index < 16; index++) if (bytes[at + index] !== bytesOf[knownAt + index]) return false;
  return true;
}
