import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CopyWriter } from './copy-writer.js';

const headerBytes = 19;

it('writes an instant as microseconds from 2000 on, exactly, over all of PostgreSQL’s times that a result may have', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
      const writer = new CopyWriter(0);
      writer.instant(ms);
      const written = writer.finish();
      expect(written.readInt32BE(headerBytes)).toBe(8);
      expect(written.readBigInt64BE(headerBytes + 4)).toBe(BigInt(ms - Date.UTC(2000, 0, 1)) * 1_000n);
    }),
    { numRuns: 2_000 },
  );
});
