// How secrets stand in a config: `{ "$sealed": … }` where it is stored, `{ "$secret": "kept" }` where people see it.
import { keptSecret, type KeptSecret } from '@checkstack/api';

export interface SealedValue {
  $sealed: string;
}

export function isSealed(value: unknown): value is SealedValue {
  return typeof value === 'object' && value !== null && typeof (value as Partial<SealedValue>).$sealed === 'string';
}

export function isKept(value: unknown): value is KeptSecret {
  return keptSecret.safeParse(value).success;
}

/** Copies a JSON value; what `replace` answers stands instead, undefined goes deeper. Pointers are RFC 6901. */
export function mapJson(
  value: unknown,
  replace: (value: unknown, pointer: string) => { value: unknown } | undefined,
  pointer = '',
): unknown {
  const replaced = replace(value, pointer);
  if (replaced) return replaced.value;
  if (Array.isArray(value)) return value.map((entry, index) => mapJson(entry, replace, `${pointer}/${index}`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, mapJson(entry, replace, `${pointer}/${escape(key)}`)]),
  );
}

/** What browsers get: each secret remembers where it stands, so that it is found again in a list that was re-ordered. */
export function redactConfig(config: object): Record<string, unknown> {
  return mapJson(config, (value, pointer) =>
    isSealed(value) ? { value: { $secret: 'kept', from: pointer } satisfies KeptSecret } : undefined,
  ) as Record<string, unknown>;
}

/** `/auth/password` → `auth.password` */
export function dottedPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
