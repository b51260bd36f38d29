// What each operator of the assertion language means; how it reads is in ../sentence.ts.
import type { Comparison, Operator } from '../assertion.js';
import { compilePattern } from './pattern.js';

/** Whether a value passes; undefined when it is of a type that the operator does not speak about. */
export type Test = (actual: unknown) => boolean | undefined;

interface OperatorMeaning {
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

function number(holds: (actual: number, value: number, upTo: number) => boolean): OperatorMeaning {
  return {
    compile: ({ value, upTo }) => {
      const bound = Number(value);
      return (actual) => {
        const read = asNumber(actual);
        return read === undefined ? undefined : holds(read, bound, upTo ?? bound);
      };
    },
  };
}

function text(holds: (actual: string, value: string) => boolean): OperatorMeaning {
  return {
    compile: ({ value }) => {
      const operand = String(value);
      return (actual) => (typeof actual === 'string' ? holds(actual, operand) : undefined);
    },
  };
}

/** Values of different types are equal when they read the same: a form cannot tell what type a document will hold. */
function equality(equal: boolean): OperatorMeaning {
  return {
    compile: ({ value }) => {
      const wanted = String(value);
      return (actual) => {
        if (!isScalar(actual)) return undefined;
        return (actual === value || String(actual) === wanted) === equal;
      };
    },
  };
}

function pattern(matches: boolean): OperatorMeaning {
  return {
    compile: ({ value }) => {
      const test = compilePattern(String(value));
      return (actual) => (typeof actual === 'string' ? test(actual) === matches : undefined);
    },
  };
}

function emptiness(empty: boolean): OperatorMeaning {
  return {
    compile: () => (actual) => (typeof actual === 'string' ? (actual === '') === empty : undefined),
  };
}

function flag(wanted: boolean): OperatorMeaning {
  return {
    compile: () => (actual) => (typeof actual === 'boolean' ? actual === wanted : undefined),
  };
}

function inclusion(included: boolean): OperatorMeaning {
  return {
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

function length(holds: (length: number, value: number) => boolean): OperatorMeaning {
  return {
    list: true,
    compile: ({ value }) => {
      const bound = Number(value);
      return (actual) => (Array.isArray(actual) ? holds(actual.length, bound) : undefined);
    },
  };
}

const existence: OperatorMeaning = { compile: () => () => true };

export const meanings: Record<Operator, OperatorMeaning> = {
  equals: equality(true),
  not_equals: equality(false),
  less: number((actual, value) => actual < value),
  at_most: number((actual, value) => actual <= value),
  greater: number((actual, value) => actual > value),
  at_least: number((actual, value) => actual >= value),
  between: number((actual, value, upTo) => actual >= value && actual <= upTo),
  not_between: number((actual, value, upTo) => actual < value || actual > upTo),
  contains: text((actual, value) => actual.includes(value)),
  not_contains: text((actual, value) => !actual.includes(value)),
  starts_with: text((actual, value) => actual.startsWith(value)),
  not_starts_with: text((actual, value) => !actual.startsWith(value)),
  ends_with: text((actual, value) => actual.endsWith(value)),
  not_ends_with: text((actual, value) => !actual.endsWith(value)),
  matches: pattern(true),
  not_matches: pattern(false),
  is_empty: emptiness(true),
  is_not_empty: emptiness(false),
  is_true: flag(true),
  is_false: flag(false),
  includes: inclusion(true),
  not_includes: inclusion(false),
  length_equals: length((length, value) => length === value),
  length_at_least: length((length, value) => length >= value),
  length_at_most: length((length, value) => length <= value),
  exists: existence,
  not_exists: existence,
};
