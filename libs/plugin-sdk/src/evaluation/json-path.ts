// JSONPath (RFC 9535) over what an untrusted target answered: regular expressions run in linear time, and a budget ends
// queries that would hold the satellite's only thread.
import { JSONPathEnvironment, type JSONPathQuery, type JSONValue } from 'json-p3';
import { compilePattern } from './pattern.js';

const maxNodes = 10_000;
const maxSteps = 300_000;
const patternSteps = 1_000;
const maxCachedPatterns = 100;

export interface JsonPath {
  /** The query can find one value at most. */
  singular: boolean;
  /** The found values, in document order. Throws when the document is too large or too deep for the query. */
  find(document: unknown): unknown[];
}

/** Throws with the reason when the text is not a JSONPath. */
export function compileJsonPath(text: string): JsonPath {
  let steps = 0;
  const spend = (count: number): void => {
    steps += count;
    if (steps > maxSteps) throw new Error('the path needs too many steps in this document');
  };
  const environment = new JSONPathEnvironment({ maxRecursionDepth: 200 });
  usePatterns(environment, spend);
  const query = environment.compile(text);
  limit(query, spend);
  return {
    singular: query.singularQuery(),
    find(document) {
      steps = 0;
      const values: unknown[] = [];
      for (const node of query.lazyQuery(document as JSONValue)) {
        if (values.push(node.value) > maxNodes) throw new Error(`the path finds more than ${maxNodes} values`);
      }
      return values;
    },
  };
}

/** The standard's `match()` and `search()`, which the library would run with backtracking. */
function usePatterns(environment: JSONPathEnvironment, spend: (count: number) => void): void {
  const patterns = new Map<string, ((text: string) => boolean) | undefined>();
  const compiled = (pattern: string): ((text: string) => boolean) | undefined => {
    if (!patterns.has(pattern)) {
      spend(patternSteps);
      if (patterns.size >= maxCachedPatterns) patterns.clear();
      patterns.set(pattern, tryCompile(pattern));
    }
    return patterns.get(pattern);
  };
  for (const [name, wrap] of [
    ['search', (pattern: string) => pattern],
    ['match', (pattern: string) => `^(?:${pattern})$`],
  ] as const) {
    const { argTypes, returnType } = environment.functionRegister.get(name)!;
    const call = (text: unknown, pattern: unknown): boolean =>
      typeof text === 'string' && typeof pattern === 'string' && (compiled(wrap(pattern))?.(text) ?? false);
    environment.functionRegister.set(name, { argTypes, returnType, call });
  }
}

/** RFC 9535 §2.4.6: a pattern that is none matches nothing. */
function tryCompile(pattern: string): ((text: string) => boolean) | undefined {
  try {
    return compilePattern(pattern);
  } catch {
    return undefined;
  }
}

type Selector = { resolve(node: unknown): unknown[] };

/** Lets every selector of the query, those inside filters too, pay for what it visits. */
function limit(query: JSONPathQuery, spend: (count: number) => void): void {
  const seen = new Set<unknown>([query.environment]);
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return;
    seen.add(part);
    if ('resolve' in part && !('selectors' in part)) {
      const selector = part as Selector;
      const resolve = selector.resolve.bind(selector);
      selector.resolve = (node) => {
        const found = resolve(node);
        spend(found.length + 1);
        return found;
      };
    }
    for (const child of Object.values(part)) visit(child);
  };
  visit(query.segments);
}
