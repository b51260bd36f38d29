// One check per kind of field, used in both directions: what cannot be decoded is not encoded either.

/** A frame that breaks the rules of the wire; the message says which field and why. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** An integer of 0 … 2⁵³ − 1. */
export function count(value: number, field: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new FrameError(`${field}: ${value} is not a safe integer of 0 or more`);
}

/** An integer of 0 … 2³² − 1. */
export function smallCount(value: number, field: string): number {
  if (value >>> 0 === value) return value;
  throw new FrameError(`${field}: ${value} is not an integer of 0 to 4294967295`);
}

export function finite(value: number, field: string): number {
  if (Number.isFinite(value)) return value;
  throw new FrameError(`${field}: ${value} is not a finite number`);
}

/** A finite number of 0 or more. */
export function amount(value: number, field: string): number {
  if (value >= 0 && value < Infinity) return value;
  throw new FrameError(`${field}: ${value} is not a finite number of 0 or more`);
}

export function text(value: string, field: string, longest: number): string {
  if (value.length <= longest) return value;
  throw new FrameError(`${field}: ${value.length} characters, at most ${longest} are allowed`);
}

/** Text that names something: not empty. */
export function name(value: string, field: string, longest: number): string {
  if (value !== '') return text(value, field, longest);
  throw new FrameError(`${field}: is empty`);
}

export function list<Item>(items: Item[], field: string, most: number): Item[] {
  if (items.length <= most) return items;
  throw new FrameError(`${field}: ${items.length} entries, at most ${most} are allowed`);
}

export function present<Value>(value: Value | null | undefined, field: string): Value {
  if (value !== null && value !== undefined) return value;
  throw new FrameError(`${field}: is missing`);
}

/** The names of a map, checked. `__proto__` would be swallowed by every plain object on its way. */
export function names(map: object, field: string, most: number, longest: number): string[] {
  const keys = list(Object.keys(map), field, most);
  for (const key of keys) {
    name(key, `${field} (a name)`, longest);
    if (key === '__proto__') throw new FrameError(`${field}: the name __proto__ is not allowed`);
  }
  return keys;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 16 bytes as lower-case UUID text (RFC 9562 §4). */
export function uuidFromBytes(bytes: Uint8Array, field = 'id'): string {
  if (bytes.length !== 16) throw new FrameError(`${field}: ${bytes.length} bytes instead of 16`);
  let uuid = '';
  for (let index = 0; index < 16; index++) {
    uuid += hexOfByte[bytes[index] as number];
    if (index === 3 || index === 5 || index === 7 || index === 9) uuid += '-';
  }
  return uuid;
}

/** Lower-case UUID text as 16 bytes. */
export function uuidToBytes(uuid: string, field = 'id'): Uint8Array {
  if (!uuidPattern.test(uuid)) throw new FrameError(`${field}: not a lower-case UUID`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** A SHA-256 as hex. */
export function digestFromBytes(bytes: Uint8Array, field: string): string {
  if (bytes.length !== 32) throw new FrameError(`${field}: ${bytes.length} bytes instead of 32`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, 32).toString('hex');
}

export function digestToBytes(digest: string, field: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new FrameError(`${field}: not a SHA-256 in lower-case hex`);
  return Buffer.from(digest, 'hex');
}

/** The number of an enum value, by its position in the list; 0 is the wire's "unspecified". */
export function enumToNumber<Value extends string>(values: readonly Value[], value: Value, field: string): number {
  const number = values.indexOf(value) + 1;
  if (number > 0) return number;
  throw new FrameError(`${field}: ${value} is not one of ${values.join(', ')}`);
}

export function enumFromNumber<Value extends string>(values: readonly Value[], number: number, field: string): Value {
  const value = values[number - 1];
  if (value !== undefined) return value;
  throw new FrameError(`${field}: ${number} is not a known value`);
}
