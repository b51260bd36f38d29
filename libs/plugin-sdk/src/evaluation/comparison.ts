// One comparison, prepared once and evaluated in every run.
import type { Comparison } from '../assertion.js';
import { findFact, type FactDefinition, type Reading } from '../facts.js';
import { inWords, operatorWords, sentenceOf } from '../sentence.js';
import { compileJsonPath } from './json-path.js';
import { meanings } from './operators.js';

/** The parsed documents of one reading, so that several paths into one body parse it once. */
export type Documents = Map<string, { value: unknown } | { problem: string }>;

export interface Outcome {
  passed: boolean;
  actual: string;
}

export interface PreparedComparison {
  expected: string;
  evaluate(reading: Reading, documents: Documents, mask: (text: string) => string): Outcome;
}

type Found = { values: unknown[]; asList: boolean } | { problem: string };

/** Throws when the comparison does not fit the facts; `validateCollectors` says how. */
export function prepareComparison(comparison: Comparison, facts: Record<string, FactDefinition>): PreparedComparison {
  const fact = findFact(facts, comparison.fact);
  if (!fact) throw new Error(`no such fact: ${comparison.fact}`);
  const meaning = meanings[comparison.operator];
  const { list } = meaning;
  const test = meaning.compile(comparison);
  const path = comparison.path === undefined ? undefined : compileJsonPath(comparison.path);
  const isCount = operatorWords[comparison.operator].operand === 'count';
  const unit = path || isCount ? undefined : fact.definition.unit;
  const withUnit = (text: string): string => (unit ? `${text} ${unit}` : text);

  const find = (reading: Reading, documents: Documents): Found => {
    const value = Object.hasOwn(reading, fact.name) ? reading[fact.name] : undefined;
    if (value === undefined) return { values: [], asList: false };
    if (!path) return { values: [value], asList: false };
    const document = parsed(fact.name, value, documents);
    if ('problem' in document) return document;
    try {
      return { values: path.find(document.value), asList: !path.singular };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  };

  return {
    expected: sentenceOf(comparison, fact.definition, fact.member),
    evaluate(reading, documents, mask) {
      const found = find(reading, documents);
      if ('problem' in found) return { passed: false, actual: mask(found.problem) };
      const missing = found.values.length === 0 && !(list && found.asList);
      if (missing) {
        const passed = comparison.operator === 'not_exists';
        return {
          passed,
          actual: path && reading[fact.name] !== undefined ? 'nothing at this path' : 'no such reading',
        };
      }
      if (comparison.operator === 'not_exists')
        return { passed: false, actual: withUnit(inWords(found.values[0], mask)) };

      const subjects = list && found.asList ? [found.values] : found.values;
      for (const value of subjects) {
        const holds = test(value);
        if (holds === undefined) return { passed: false, actual: `${inWords(value, mask)} (${typeName(value)})` };
        if (!holds) return { passed: false, actual: withUnit(inWords(value, mask)) };
      }
      return { passed: true, actual: withUnit(inWords(subjects[0], mask)) };
    },
  };
}

function parsed(name: string, text: unknown, documents: Documents): { value: unknown } | { problem: string } {
  let document = documents.get(name);
  if (!document) {
    document = parse(text);
    documents.set(name, document);
  }
  return document;
}

function parse(text: unknown): { value: unknown } | { problem: string } {
  if (typeof text !== 'string') return { problem: `not a text, but a ${typeName(text)}` };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: `not JSON: ${inWords(text)}` };
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return { string: 'text', number: 'number', boolean: 'flag' }[typeof value as string] ?? 'object';
}
