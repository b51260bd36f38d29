// What a change changed, field by field, as the audit log keeps it.

/** `field.inner` → [before, after]. */
export type Changes = Record<string, [unknown, unknown]>;

const shownSecret = '(secret)';
const maxText = 2000;

/**
 * Compares two states of a thing as they are stored; leave out what is no change to a person (version, times). A sealed
 * secret shows only that it changed. Pass null for what was not before, or is not any more.
 */
export function changesOf(before: object | null, after: object | null): Changes {
  const changes: Changes = {};
  compare(before ?? {}, after ?? {}, '', changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: string, changes: Changes): void {
  if (Object.is(before, after) || JSON.stringify(before) === JSON.stringify(after)) return;
  if (isBranch(before) && isBranch(after) && Array.isArray(before) === Array.isArray(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(valueOf(before, key), valueOf(after, key), path === '' ? key : `${path}.${key}`, changes);
    }
  } else changes[path] = [shown(before), shown(after)];
}

/** Objects and lists of objects are compared inside; a list of plain values reads better whole. */
function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof Date || isSealed(value)) return false;
  return !Array.isArray(value) || value.some((entry) => typeof entry === 'object');
}

function valueOf(holder: object, key: string): unknown {
  return Object.hasOwn(holder, key) ? (holder as Record<string, unknown>)[key] : undefined;
}

function isSealed(value: object): boolean {
  return '$sealed' in value;
}

function shown(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
  if (typeof value !== 'object' || value instanceof Date) return value;
  if (isSealed(value)) return shownSecret;
  if (Array.isArray(value)) return value.map(shown);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
}
