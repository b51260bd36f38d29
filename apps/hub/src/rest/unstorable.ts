// What JSON may say but PostgreSQL or a recursive reader cannot take; refused at the border, whatever the route.

const maxDepth = 64;
/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
// eslint-disable-next-line no-control-regex -- the control character is what is looked for
const unstorableText = /\u0000|\p{Surrogate}/u;

/** The first place in a parsed JSON value that cannot be stored, or null. Does not recurse: the depth is an attacker's choice. */
export function findUnstorable(value: unknown): { path: string; message: string } | null {
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    if (typeof entry.value === 'string' && unstorableText.test(entry.value))
      return { path: entry.path, message: 'Holds a character that cannot be stored (U+0000 or half of a pair).' };
    if (typeof entry.value !== 'object' || entry.value === null) continue;
    if (entry.depth >= maxDepth) return { path: '', message: `Nested deeper than ${maxDepth} levels.` };
    for (const [key, inner] of Object.entries(entry.value)) {
      // Whatever copies an object later would lose it, or take it for more than a name.
      if (key === '__proto__') return { path: child(entry.path, key), message: 'A field cannot be called that.' };
      if (unstorableText.test(key))
        return {
          path: entry.path,
          message: 'A key holds a character that cannot be stored (U+0000 or half of a pair).',
        };
      waiting.push({ value: inner, path: child(entry.path, key), depth: entry.depth + 1 });
    }
  }
  return null;
}

function child(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
