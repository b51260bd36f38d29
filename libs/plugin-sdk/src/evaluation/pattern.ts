import { RE2JS } from 're2js';

const maxPatternLength = 1_000;

/** A regular expression in RE2 syntax, matched anywhere in the text in linear time. Throws with the reason when it is not one. */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > maxPatternLength) throw new Error(`longer than ${maxPatternLength} characters`);
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.test(text);
}
