// Frames as a broken or hostile peer might send them: the golden ones, altered in an order that follows from a seed.
import { readdirSync, readFileSync } from 'node:fs';
import type { LinkFrame } from '../frame.js';

const fixtures = new URL('../../../../proto/fixtures/', import.meta.url);

export interface GoldenFrame {
  name: string;
  frame: LinkFrame;
  bytes: Buffer;
}

/** Those of today, or of a release. */
export function goldenFrames(release = ''): GoldenFrame[] {
  const folder = new URL(release === '' ? '.' : `${release}/`, fixtures);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: file.replace('.json', ''),
      frame: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as LinkFrame,
      bytes: readFileSync(new URL(file.replace('.json', '.bin'), folder)),
    }));
}

export type Random = (below: number) => number;

/** Xorshift (Marsaglia 2003): the same numbers at every run. */
export function pseudoRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One to four changes to one of the originals. */
export function mutated(originals: readonly Buffer[], random: Random): Buffer {
  const pick = (): Buffer => originals[random(originals.length)]!;
  let bytes: Buffer = Buffer.from(pick());
  for (let change = random(4); change >= 0; change--) {
    bytes = mutations[random(mutations.length)]!(bytes, random, pick);
  }
  return bytes;
}

type Mutation = (bytes: Buffer, random: Random, pick: () => Buffer) => Buffer;

/** Lengths and numbers that lead beyond every end. */
const bombs = ['ffffffff07', 'ffffffff0f', 'ffffffffffffffffff01', 'ffffffffffffffffffff01', '80808080808080808000'];

/** Every length around it is made to fit, so that only what is inside is wrong. */
function damageInside(bytes: Buffer, random: Random): Buffer {
  const found = fieldsOf(bytes);
  const at = random(found.length + 1);
  const field = found[at];
  if (field === undefined) return resized(bytes, random);
  const { whole, head, body } = field;
  const inside = random(3) > 0 ? damageInside(body, random) : resized(body, random);
  const altered = head.length === whole.length ? resized(head, random) : wrap(head, inside);
  const copies = Array.from({ length: random(8) === 0 ? random(3) : 1 }, () => altered);
  const all = found.map((one) => one.whole);
  return Buffer.concat([...all.slice(0, at), ...copies, ...all.slice(at + 1)]);
}

const mutations: Mutation[] = [
  function flipBit(bytes, random) {
    const at = random(bytes.length + 1);
    if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << random(8));
    return bytes;
  },
  function replaceByte(bytes, random) {
    const at = random(bytes.length + 1);
    if (at < bytes.length) bytes[at] = random(256);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random(bytes.length + 1));
  },
  function insert(bytes, random) {
    return replace(bytes, random(bytes.length + 1), 0, noise(1 + random(4), random));
  },
  function cutOut(bytes, random) {
    return replace(bytes, random(bytes.length + 1), random(9), Buffer.alloc(0));
  },
  function repeatPart(bytes, random) {
    const at = random(bytes.length + 1);
    return replace(bytes, at, 0, bytes.subarray(at, at + random(40)));
  },
  function splice(bytes, random, pick) {
    const other = pick();
    return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]);
  },
  function append(bytes, random, pick) {
    return Buffer.concat([bytes, random(2) === 0 ? bytes : pick()]);
  },
  function bomb(bytes, random) {
    return replace(bytes, random(bytes.length + 1), 1, Buffer.from(bombs[random(bombs.length)]!, 'hex'));
  },
  damageInside,
  function onlyNoise(_bytes, random) {
    return noise(random(64), random);
  },
];

function noise(length: number, random: Random): Buffer {
  return Buffer.from(Array.from({ length }, () => random(256)));
}

function replace(bytes: Buffer, at: number, cut: number, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + cut)]);
}

function resized(body: Buffer, random: Random): Buffer {
  return replace(body, random(body.length + 1), random(3), noise(random(4), random));
}

interface Field {
  whole: Buffer;
  head: Buffer;
  /** Empty for a number, which is all head. */
  body: Buffer;
}

/** As far as the bytes can be read as fields. */
function fieldsOf(bytes: Buffer): Field[] {
  const found: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = numberAt(bytes, at);
    const next = numberAt(bytes, tag.end);
    const type = tag.value % 8;
    const isSplit = type === 2;
    const bodyAt = isSplit || type === 0 ? next.end : tag.end;
    const end = bodyAt + ({ 0: 0, 1: 8, 2: next.value, 5: 4 }[type] ?? Infinity);
    if (end > bytes.length) break;
    const head = bytes.subarray(at, isSplit ? tag.end : end);
    found.push({ whole: bytes.subarray(at, end), head, body: isSplit ? bytes.subarray(bodyAt, end) : Buffer.alloc(0) });
    at = end;
  }
  return found;
}

function numberAt(bytes: Buffer, from: number): { value: number; end: number } {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length; at++, scale *= 128) {
    value += (bytes[at]! & 127) * scale;
    if (bytes[at]! < 128) return { value, end: at + 1 };
  }
  return { value: Infinity, end: bytes.length };
}

/** A field with a length. */
export function wrap(head: Uint8Array, body: Uint8Array): Buffer {
  const length: number[] = [];
  for (let left = body.length; ; left = Math.floor(left / 128)) {
    length.push((left % 128) | (left >= 128 ? 128 : 0));
    if (left < 128) break;
  }
  return Buffer.concat([head, Buffer.from(length), body]);
}
