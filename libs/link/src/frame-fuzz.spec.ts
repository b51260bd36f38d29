// Whatever bytes arrive: an error of one kind, or a frame that keeps every rule.
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { wire } from './codec/wire.js';
import { isHubFrame, isSatelliteFrame, type LinkFrame } from './frame.js';
import { decodeFrame, encodeFrame, FrameError } from './frames.js';
import { maxPayloadBytes } from './limits.js';
import { keepsTheRules } from './testing/frame-rules.js';
import { goldenFrames, mutated, pseudoRandom, wrap } from './testing/mutated-frames.js';

const golden = goldenFrames();
/** A reader of its own, made from the .proto: what a frame says, before anybody judges it. */
const schema = protobuf.loadSync(
  fileURLToPath(new URL('../../../proto/checkstack/link/v1/link.proto', import.meta.url)),
);
const anyFrame = schema.lookupType('checkstack.link.v1.Frame');
function saidBy(bytes: Uint8Array): object {
  const said = anyFrame.toObject(anyFrame.decode(bytes), { defaults: true, longs: String, bytes: String });
  // The run on demand is nobody's slice.
  const ofRun = (said as { runProgress?: { result: object | null } }).runProgress?.result;
  if (ofRun) Object.assign(ofRun, { slice: '', slotMs: '0', attempt: 0, monotonicMs: 0 });
  return said;
}
const turns = 100_000;

/** null for a kind that a newer release may have brought. */
function decodeOrRefuse(bytes: Buffer): LinkFrame | null | 'refused' {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    if (error instanceof FrameError) return 'refused';
    throw new Error(`${bytes.toString('hex').slice(0, 400)} is answered with ${String(error)}`, { cause: error });
  }
}

describe('a frame that was altered', () => {
  it(`is refused, skipped, or keeps every rule: ${turns} of them`, { timeout: 300_000 }, () => {
    const random = pseudoRandom(20_251_123);
    const originals = golden.map(({ bytes }) => bytes);
    const counts = { refused: 0, skipped: 0, taken: 0 };
    const kinds = new Set<string>();
    for (let turn = 0; turn < turns; turn++) {
      const bytes = mutated(originals, random);
      const before = bytes.toString('hex');
      const frame = decodeOrRefuse(bytes);
      if (frame === 'refused') counts.refused++;
      else if (frame === null) counts.skipped++;
      else {
        counts.taken++;
        kinds.add(frame.kind);
        if (!keepsTheRules(frame)) throw new Error(`${before} is taken for ${JSON.stringify(frame)}`);
        const directions = [isHubFrame(frame), isSatelliteFrame(frame), frame.kind === 'goodbye'];
        if (directions.filter(Boolean).length !== 1) throw new Error(`${frame.kind} goes ${directions.join()}`);
        const again = decodeFrame(encodeFrame(frame));
        if (!isDeepStrictEqual(again, frame)) throw new Error(`${before} does not come back as it was decoded`);
        const [was, is] = [saidBy(bytes), saidBy(encodeFrame(frame))];
        if (!isDeepStrictEqual(was, is)) expect({ before, said: was }).toEqual({ before, said: is });
      }
      if (bytes.toString('hex') !== before) throw new Error(`${before} was written to`);
    }
    expect(kinds).toEqual(new Set(golden.map(({ frame }) => frame.kind)));
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(turns / 250);
  });

  it('is what the rules are about: every golden frame keeps them', () => {
    for (const { name, frame } of golden) expect([name, keepsTheRules(frame)]).toEqual([name, true]);
  });
});

const length = maxPayloadBytes.fromSatellite;
const resultBatch = Buffer.from([0x1a]);
const hello = Buffer.from([0x0a]);
const repeated = (hex: string, bytes = length - 10): Buffer => Buffer.alloc(bytes, hex, 'hex').subarray(0, bytes & ~63);

describe('the longest message that a hub reads', () => {
  it.each<[string, Buffer]>([
    ['records without anything in them', wrap(resultBatch, repeated('1a00'))],
    ['records with nothing but a name of a fact', wrap(resultBatch, repeated('1a060a0442020a00'))],
    ['streams without anything in them', wrap(hello, repeated('3200'))],
    ['names of kinds without a letter', wrap(hello, repeated('1a00'))],
    ['groups that begin and never end', repeated('0b')],
    ['groups within groups within a message', wrap(hello, repeated('fb01'))],
    ['messages of the same field, again and again', repeated('0a00')],
    ['lengths that lead beyond the end', repeated('0affffffff07')],
    ['numbers that do not end', repeated('ff')],
    ['unknown fields', repeated('9a0600')],
    ['zeros', repeated('00')],
  ])('is refused or skipped when it holds %s, within a bound of memory', (_case, bytes) => {
    const before = process.memoryUsage().heapUsed;
    const frame = decodeOrRefuse(bytes);
    expect(['refused', null]).toContain(frame);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1_048_576);
  });

  function batchWith(facts: Record<string, string>): Buffer {
    const told = Object.fromEntries(Object.entries(facts).map(([fact, text]) => [fact, { text }]));
    const id = Buffer.alloc(16, 1);
    const batch = { stream: id, firstSequence: 1, records: [{ result: { slice: id, verdict: 1, facts: told } }] };
    return Buffer.from(wire.Frame.encode({ resultBatch: batch }).finish());
  }

  it('is refused when the texts of an outcome are longer together than a hub keeps', () => {
    const facts = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`fact ${index}`, 'x'.repeat(65_536)]));
    expect(decodeOrRefuse(batchWith(facts(4)))).toMatchObject({ kind: 'resultBatch' });
    expect(() => decodeFrame(batchWith(facts(5)))).toThrow(/texts/);
  });

  it('is refused when a record could not be encoded again', () => {
    const facts = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [String(index).padStart(255, '語'), '']));
    expect(decodeOrRefuse(batchWith(facts(1_000)))).toMatchObject({ kind: 'resultBatch' });
    expect(() => decodeFrame(batchWith(facts(2_000)))).toThrow(/too long/);
  });
});
