// From readings to outcomes and a verdict. Prepared once per slice, evaluated in every run.
import type { Assertion, AssertionOutcome, Comparison } from '../assertion.js';
import type { Reading } from '../facts.js';
import type { ProbeDefinition } from '../probe.js';
import type { Verdict } from '../verdict.js';
import { prepareComparison, type Documents, type Outcome, type PreparedComparison } from './comparison.js';

const maxTextLength = 500;

export interface Evaluation {
  /** Worst severity of the assertions that do not hold; healthy without one. */
  verdict: Exclude<Verdict, 'unknown'>;
  outcomes: AssertionOutcome[];
}

export interface Evaluator {
  /** `mask` sees every text that a reading puts into an outcome. */
  evaluate(readings: Record<string, Reading>, mask?: (text: string) => string): Evaluation;
}

interface PreparedAssertion {
  collector: string;
  position: Pick<AssertionOutcome, 'collector' | 'assertion' | 'severity' | 'expected'>;
  comparisons: PreparedComparison[];
  needsAll: boolean;
}

/** Throws when collectors or assertions do not fit the probe: ask `validateCollectors` first. */
export function prepareEvaluator(
  probe: Pick<ProbeDefinition, 'collectors'>,
  collectors: readonly { collector: string; assertions: readonly Assertion[] }[],
): Evaluator {
  const assertions = collectors.flatMap(({ collector, assertions }, index) => {
    const definition = Object.hasOwn(probe.collectors, collector) ? probe.collectors[collector] : undefined;
    if (!definition) throw new Error(`no such collector: ${collector}`);
    return assertions.map((assertion, number): PreparedAssertion => {
      const comparisons = comparisonsOf(assertion).map((comparison) => prepareComparison(comparison, definition.facts));
      const expected = comparisons.map(({ expected }) => expected).join('any' in assertion ? ' or ' : ' and ');
      return {
        collector,
        position: { collector: index, assertion: number, severity: assertion.severity, expected: cut(expected) },
        comparisons,
        needsAll: !('any' in assertion),
      };
    });
  });

  return {
    evaluate(readings, mask = (text) => text) {
      let verdict: Evaluation['verdict'] = 'healthy';
      const documents = new Map<string, Documents>();
      const outcomes = assertions.map((assertion): AssertionOutcome => {
        const reading = (Object.hasOwn(readings, assertion.collector) && readings[assertion.collector]) || {};
        const results = assertion.comparisons.map((comparison) =>
          comparison.evaluate(reading, documentsOf(documents, assertion.collector), mask),
        );
        const passed = assertion.needsAll ? results.every(hasPassed) : results.some(hasPassed);
        if (!passed && verdict !== 'unhealthy') verdict = assertion.position.severity;
        return { ...assertion.position, passed, actual: actualOf(results, passed) };
      });
      return { verdict, outcomes };
    },
  };
}

/** The comparisons of an assertion, of a group or alone. */
export function comparisonsOf(assertion: Assertion): Comparison[] {
  if ('all' in assertion) return assertion.all;
  if ('any' in assertion) return assertion.any;
  return [assertion];
}

const hasPassed = ({ passed }: Outcome): boolean => passed;

/** Of a group only the comparisons that decided it. */
function actualOf(results: Outcome[], passed: boolean): string {
  if (results.length === 1) return cut(results[0]!.actual);
  const deciding = results.filter((result) => result.passed === passed);
  return cut(deciding.map(({ actual }) => actual).join('; '));
}

function documentsOf(all: Map<string, Documents>, collector: string): Documents {
  let documents = all.get(collector);
  if (!documents) {
    documents = new Map();
    all.set(collector, documents);
  }
  return documents;
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength - 1)}…` : text;
}
