// How the assertion language reads: one set of words for the form, the expected and the actual of an outcome. Browser-safe.
import type { Comparison, Operator } from './assertion.js';

/** What a comparison must carry in `value` for an operator. */
export type Operand = 'none' | 'number' | 'range' | 'text' | 'pattern' | 'scalar' | 'count';

export const operatorWords: Record<Operator, { words: string; operand: Operand }> = {
  equals: { words: 'equals', operand: 'scalar' },
  not_equals: { words: 'does not equal', operand: 'scalar' },
  less: { words: 'is less than', operand: 'number' },
  at_most: { words: 'is at most', operand: 'number' },
  greater: { words: 'is greater than', operand: 'number' },
  at_least: { words: 'is at least', operand: 'number' },
  between: { words: 'is between', operand: 'range' },
  not_between: { words: 'is not between', operand: 'range' },
  contains: { words: 'contains', operand: 'text' },
  not_contains: { words: 'does not contain', operand: 'text' },
  starts_with: { words: 'starts with', operand: 'text' },
  not_starts_with: { words: 'does not start with', operand: 'text' },
  ends_with: { words: 'ends with', operand: 'text' },
  not_ends_with: { words: 'does not end with', operand: 'text' },
  matches: { words: 'matches', operand: 'pattern' },
  not_matches: { words: 'does not match', operand: 'pattern' },
  is_empty: { words: 'is empty', operand: 'none' },
  is_not_empty: { words: 'is not empty', operand: 'none' },
  is_true: { words: 'is true', operand: 'none' },
  is_false: { words: 'is false', operand: 'none' },
  includes: { words: 'includes', operand: 'scalar' },
  not_includes: { words: 'does not include', operand: 'scalar' },
  length_equals: { words: 'has a length of', operand: 'count' },
  length_at_least: { words: 'has a length of at least', operand: 'count' },
  length_at_most: { words: 'has a length of at most', operand: 'count' },
  exists: { words: 'exists', operand: 'none' },
  not_exists: { words: 'does not exist', operand: 'none' },
};

/** `Status is between 200 and 299`; `member` is the part of a family's name behind its dot. */
export function sentenceOf(
  { path, operator, value, upTo }: Comparison,
  fact: { label: string; unit?: string | null | undefined },
  member?: string,
): string {
  const { words, operand } = operatorWords[operator];
  const bounds = operand === 'range' ? [value, upTo] : [value];
  const unit = path || operand === 'count' ? undefined : fact.unit;
  return [
    fact.label,
    ...(member ? [member] : []),
    ...(path ? [`at ${path}`] : []),
    words,
    ...(operand === 'none' ? [] : [bounds.map((bound) => inWords(bound)).join(' and '), ...(unit ? [unit] : [])]),
  ].join(' ');
}

const maxLength = 200;

/** A value in human words, short. The mask sees more than is kept, so that no part of a secret stays at the cut. */
export function inWords(value: unknown, mask: (text: string) => string = (text) => text): string {
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'string') {
    const text = mask(value.slice(0, maxLength * 10));
    if (value.length <= maxLength) return `"${text}"`;
    return `"${text.slice(0, maxLength)}…" (${value.length} characters)`;
  }
  const text = mask((JSON.stringify(value) ?? '').slice(0, maxLength * 10));
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return Array.isArray(value) ? `${short} (${value.length} entries)` : short;
}
