// A hub and a satellite of different releases. The last release is what lies in proto/fixtures/ under its number, and
// the schema in proto/baseline.binpb.
import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './frames.js';
import { goldenFrames } from './testing/mutated-frames.js';

const image = readFileSync(new URL('../../../proto/baseline.binpb', import.meta.url));
const oldFrame = protobuf.Root.fromDescriptor(image).lookupType('checkstack.link.v1.Frame');
const golden = goldenFrames('0.1');

/** What the last release understands, field by field; what it does not know is not among it. */
function asTheOldSees(bytes: Uint8Array): object {
  return oldFrame.toObject(oldFrame.decode(bytes), { longs: Number, bytes: String, enums: String });
}

/** Without what came later. */
const known = (frame: object): object => JSON.parse(JSON.stringify(frame)) as object;

describe('a frame of the last release', () => {
  it.each(golden)('is understood today as it was meant: $name', ({ frame, bytes }) => {
    expect(decodeFrame(bytes)).toMatchObject(known(frame));
  });

  it.each(golden)('comes back without a word lost: $name', ({ bytes }) => {
    const today = decodeFrame(bytes);
    expect(today).not.toBeNull();
    if (today) expect(asTheOldSees(encodeFrame(today))).toEqual(asTheOldSees(bytes));
  });

  it('is there for each kind that release knew', () => {
    const kinds = oldFrame.oneofs['kind']?.fieldsArray.map(({ name }) => name);
    expect(new Set(golden.flatMap(({ bytes }) => Object.keys(asTheOldSees(bytes))))).toEqual(new Set(kinds));
  });
});

describe('a frame of today', () => {
  const oldKinds = new Set(oldFrame.oneofs['kind']?.fieldsArray.map(({ name }) => name));

  it.each(goldenFrames())('is understood by the last release, or is of a kind it does not know: $name', (one) => {
    const { frame, bytes } = one;
    const seen = asTheOldSees(bytes);
    expect(Object.keys(seen)).toEqual(oldKinds.has(frame.kind) ? [frame.kind] : []);
  });
});
