import { sentenceOf, type Assertion, type Check, type HistoryBucket, type ProbeDescriptor } from '@checkstack/api';

export interface AssertionRow {
  key: string;
  sentence: string;
  /** It is known only from runs before the check was edited. */
  isFormer: boolean;
  failed: number;
  heldShare: number;
  parts: { evaluated: number; failedShare: number }[];
}

type Facts = ProbeDescriptor['collectors'][number]['facts'];

/** Each assertion of the check, then those that failed before an edit; all of them by their place and what they expected. */
export function assertionRows(
  check: Pick<Check, 'collectors'>,
  probe: ProbeDescriptor,
  buckets: readonly HistoryBucket[],
): AssertionRow[] {
  const present = check.collectors.flatMap(({ collector, assertions }, place) => {
    const facts = probe.collectors.find(({ name }) => name === collector)?.facts ?? [];
    return assertions.map((assertion, nth) => ({ place, nth, sentence: sentenceOfAssertion(assertion, facts) }));
  });
  const known = new Map(present.map((one) => [keyOf(one.place, one.nth, one.sentence), { ...one, isFormer: false }]));
  for (const { assertions } of buckets)
    for (const { collector, assertion, expected } of assertions?.failed ?? []) {
      const key = keyOf(collector, assertion, expected);
      if (!known.has(key)) known.set(key, { place: collector, nth: assertion, sentence: expected, isFormer: true });
    }
  const evaluated = buckets.reduce((sum, { assertions }) => sum + (assertions?.evaluated ?? 0), 0);
  return [...known].map(([key, { sentence, isFormer }]) => {
    const counts = buckets.map(({ assertions }) => ({
      evaluated: assertions?.evaluated ?? 0,
      failed: assertions?.failed.find((one) => keyOf(one.collector, one.assertion, one.expected) === key)?.count ?? 0,
    }));
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    return {
      key,
      sentence,
      isFormer,
      failed,
      heldShare: evaluated === 0 ? 1 : 1 - failed / evaluated,
      parts: counts.map((count) => ({
        evaluated: count.evaluated,
        failedShare: count.evaluated === 0 ? 0 : count.failed / count.evaluated,
      })),
    };
  });
}

/** Rollups keep the beginning of what was expected. */
const keptOfExpectation = 195;

function keyOf(collector: number, assertion: number, expected: string): string {
  return `${collector} ${assertion} ${expected.slice(0, keptOfExpectation)}`;
}

/** As satellites write it into outcomes. */
function sentenceOfAssertion(assertion: Assertion, facts: Facts): string {
  const comparisons = 'all' in assertion ? assertion.all : 'any' in assertion ? assertion.any : [assertion];
  const sentences = comparisons.map((comparison) => {
    const exact = facts.find(({ name, family }) => name === comparison.fact && !family);
    const family = facts.find(({ name, family: isFamily }) => isFamily && comparison.fact.startsWith(`${name}.`));
    if (exact) return sentenceOf(comparison, exact);
    return family
      ? sentenceOf(comparison, family, comparison.fact.slice(family.name.length + 1).toLowerCase())
      : sentenceOf(comparison, { label: comparison.fact });
  });
  return sentences.join('any' in assertion ? ' or ' : ' and ');
}
