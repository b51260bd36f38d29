import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRosterUpdate, noRoster, rosterDifference, rosterDigest, rosterOf, wholeRoster } from './roster.js';
import { sampleSlice } from './testing/samples.js';

/** Few ids and few definitions, so that rosters overlap and slices change. */
const anySlices = fc
  .uniqueArray(fc.record({ number: fc.nat(15), intervalMs: fc.integer({ min: 1, max: 3 }) }), {
    selector: ({ number }) => number,
  })
  .map((slices) =>
    slices.map(({ number, intervalMs }) =>
      sampleSlice({
        id: `0190b3c4-0000-7000-8000-00000000000${number.toString(16)}`,
        schedule: { kind: 'interval', intervalMs },
        changedAtMs: 0,
      }),
    ),
  );

describe('rosterDigest', () => {
  it('is SHA-256 over the ids and definition digests, in the order of the ids', () => {
    const first = { id: '00000000-0000-0000-0000-000000000001', definitionDigest: 'aa'.repeat(32) };
    const second = { id: '00000000-0000-0000-0000-000000000002', definitionDigest: 'bb'.repeat(32) };
    const bytes = Buffer.from(
      [first, second].map((slice) => slice.id.replaceAll('-', '') + slice.definitionDigest).join(''),
      'hex',
    );
    expect(rosterDigest([second, first])).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('does not depend on the order, and tells any two rosters apart', () => {
    fc.assert(
      fc.property(anySlices, anySlices, (some, others) => {
        expect(rosterDigest([...some].reverse())).toBe(rosterDigest(some));
        const key = (slices: typeof some): string =>
          slices
            .map((slice) => slice.id + slice.definitionDigest)
            .sort()
            .join();
        expect(rosterDigest(some) === rosterDigest(others)).toBe(key(some) === key(others));
      }),
    );
  });
});

describe('applyRosterUpdate', () => {
  it('leads from any roster to any other, by difference or as a whole', () => {
    fc.assert(
      fc.property(anySlices, anySlices, (before, after) => {
        const base = rosterOf(3, before);
        const target = rosterOf(4, after);
        expect(applyRosterUpdate(base, rosterDifference(base, target))).toEqual({ roster: target });
        expect(applyRosterUpdate(base, wholeRoster(target))).toEqual({ roster: target });
        expect(applyRosterUpdate(noRoster, rosterDifference(noRoster, target))).toEqual({ roster: target });
        expect(base).toEqual(rosterOf(3, before));
      }),
    );
  });

  it('sends only what changed', () => {
    const [kept, dropped, added] = [sampleSlice(), sampleSlice(), sampleSlice()];
    const changed = sampleSlice({ id: sampleSlice().id });
    const update = rosterDifference(
      rosterOf(1, [kept, dropped, changed]),
      rosterOf(2, [kept, added, { ...changed, definitionDigest: 'cc'.repeat(32) }]),
    );
    expect(update.slices.map((slice) => slice.id)).toEqual([added.id, changed.id]);
    expect(update.removed).toEqual([dropped.id]);
  });

  it('refuses a difference from anything but exactly what is held', () => {
    fc.assert(
      fc.property(anySlices, anySlices, anySlices, (held, assumed, after) => {
        const update = rosterDifference(rosterOf(3, assumed), rosterOf(5, after));
        expect('problem' in applyRosterUpdate(rosterOf(2, assumed), update)).toBe(true);
        expect('problem' in applyRosterUpdate(rosterOf(4, assumed), update)).toBe(true);
        const isSame = rosterDigest(held) === rosterDigest(assumed);
        expect('roster' in applyRosterUpdate(rosterOf(3, held), update)).toBe(isSame);
      }),
    );
  });

  it('refuses an update whose digest is not that of its slices', () => {
    const update = wholeRoster(rosterOf(1, [sampleSlice()]));
    expect(applyRosterUpdate(noRoster, { ...update, slices: [] })).toEqual({
      problem: 'revision 1 has another digest than its slices',
    });
  });
});
