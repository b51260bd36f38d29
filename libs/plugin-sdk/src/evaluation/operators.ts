// What each operator of the assertion language means.
import type { Comparison, Operator } from '../assertions.js';
import { compilePattern } from './pattern.js';

/** What a comparison must carry in `value` for an operator. */
export type Operand = 'none' | 'number' | 'range' | 'text' | 'pattern' | 'scalar' | 'count';

/** Whether a value passes; undefined when it is of a type that the operator does not speak about. */
export type Test = (actual: unknown) => boolean | undefined;

interface OperatorMeaning {
  words: string;
  operand: Operand;
  /** Speaks about a list as a whole. */
  list?: true;
  compile(comparison: Comparison): Test;
}

/** A JSON document may hold a number as text. */
function asNumber(actual: unknown): number | undefined {
  if (typeof actual === 'number') return actual;
  if (typeof actual !== 'string' || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(actual)) return undefined;
  return Number(actual);
}

function isScalar(value: unknown): value is number | string | boolean | null {
  return value === null || typeof value !== 'object';
}

function number(words: string, holds: (actual: number, value: number, upTo: number) => boolean): OperatorMeaning {
  return {
    words,
    operand: words.includes('between') ? 'range' : 'number',
    compile: ({ value, upTo }) => {
      const bound = Number(value);
      return (actual) => {
        const read = asNumber(actual);
        return read === undefined ? undefined : holds(read, bound, upTo ?? bound);
      };
    },
  };
}

function text(words: string, holds: (actual: string, value: string) => boolean): OperatorMeaning {
  return {
    words,
    operand: 'text',
    compile: ({ value }) => {
      const operand = String(value);
      return (actual) => (typeof actual === 'string' ? holds(actual, operand) : undefined);
    },
  };
}

/** Values of different types are equal when they read the same: a form cannot tell what type a document will hold. */
function equality(words: string, equal: boolean): OperatorMeaning {
  return {
    words,
    operand: 'scalar',
    compile: ({ value }) => {
      const wanted = String(value);
      return (actual) => {
        if (!isScalar(actual)) return undefined;
        return (actual === value || String(actual) === wanted) === equal;
      };
    },
  };
}

function pattern(words: string, matches: boolean): OperatorMeaning {
  return {
    words,
    operand: 'pattern',
    compile: ({ value }) => {
      const test = compilePattern(String(value));
      return (actual) => (typeof actual === 'string' ? test(actual) === matches : undefined);
    },
  };
}

function emptiness(words: string, empty: boolean): OperatorMeaning {
  return {
    words,
    operand: 'none',
    compile: () => (actual) => (typeof actual === 'string' ? (actual === '') === empty : undefined),
  };
}

function flag(words: string, wanted: boolean): OperatorMeaning {
  return {
    words,
    operand: 'none',
    compile: () => (actual) => (typeof actual === 'boolean' ? actual === wanted : undefined),
  };
}

function inclusion(words: string, included: boolean): OperatorMeaning {
  return {
    words,
    operand: 'scalar',
    list: true,
    compile: ({ value }) => {
      const wanted = String(value);
      return (actual) => {
        if (!Array.isArray(actual)) return undefined;
        return actual.some((entry: unknown) => isScalar(entry) && String(entry) === wanted) === included;
      };
    },
  };
}

function length(words: string, holds: (length: number, value: number) => boolean): OperatorMeaning {
  return {
    words,
    operand: 'count',
    list: true,
    compile: ({ value }) => {
      const bound = Number(value);
      return (actual) => (Array.isArray(actual) ? holds(actual.length, bound) : undefined);
    },
  };
}

const existence = (words: string): OperatorMeaning => ({ words, operand: 'none', compile: () => () => true });

export const meanings: Record<Operator, OperatorMeaning> = {
  equals: equality('equals', true),
  not_equals: equality('does not equal', false),
  less: number('is less than', (actual, value) => actual < value),
  at_most: number('is at most', (actual, value) => actual <= value),
  greater: number('is greater than', (actual, value) => actual > value),
  at_least: number('is at least', (actual, value) => actual >= value),
  between: number('is between', (actual, value, upTo) => actual >= value && actual <= upTo),
  not_between: number('is not between', (actual, value, upTo) => actual < value || actual > upTo),
  contains: text('contains', (actual, value) => actual.includes(value)),
  not_contains: text('does not contain', (actual, value) => !actual.includes(value)),
  starts_with: text('starts with', (actual, value) => actual.startsWith(value)),
  not_starts_with: text('does not start with', (actual, value) => !actual.startsWith(value)),
  ends_with: text('ends with', (actual, value) => actual.endsWith(value)),
  not_ends_with: text('does not end with', (actual, value) => !actual.endsWith(value)),
  matches: pattern('matches', true),
  not_matches: pattern('does not match', false),
  is_empty: emptiness('is empty', true),
  is_not_empty: emptiness('is not empty', false),
  is_true: flag('is true', true),
  is_false: flag('is false', false),
  includes: inclusion('includes', true),
  not_includes: inclusion('does not include', false),
  length_equals: length('has a length of', (length, value) => length === value),
  length_at_least: length('has a length of at least', (length, value) => length >= value),
  length_at_most: length('has a length of at most', (length, value) => length <= value),
  exists: existence('exists'),
  not_exists: existence('does not exist'),
};
