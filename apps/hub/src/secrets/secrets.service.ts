import { markedValues, secretPaths, type JsonSchema } from '@checkstack/plugin-sdk/runtime';
import type * as z from 'zod';
import { HubProblem } from '../problems.js';
import type { Cipher } from './cipher.js';
import { dottedPath, isKept, isSealed, mapJson, type SealedValue } from './secret-values.js';

type Json = Record<string, unknown>;

/** A config as it is stored; `binding` names its place, such as `checks/<id>/config`. */
export interface StoredConfig {
  config: object;
  binding: string;
}

export interface EnteredConfig {
  schema: z.ZodType | JsonSchema;
  config: object;
  /** What it replaces; null for a new one. */
  stored: StoredConfig | null;
}

/** Seals the secrets of configs on their way into the database, and opens them on their way to a satellite. */
export class Secrets {
  constructor(private readonly cipher: Cipher) {}

  seal(plain: string, binding: string): string {
    return this.cipher.seal(plain, binding);
  }

  /** Equal for equal texts; who lacks the key cannot try texts against it. */
  fingerprint(text: string): string {
    return this.cipher.fingerprint(text);
  }

  /** Throws a SealError. */
  open(sealed: string, binding: string): string {
    return this.cipher.open(sealed, binding);
  }

  /**
   * What a person entered, in clear: kept secrets are put back from the stored config. To be validated, then sealed.
   * Throws a HubProblem that names the fields (below `path`) whose secret must be entered again: because none is stored,
   * or because the config now talks to somebody else, whom the stored one must not reach.
   */
  completeConfig({ schema, config, stored, path }: EnteredConfig & { path: string }): Json {
    const secrets = new Set(secretPaths(schema, config));
    const isElsewhere = stored !== null && targetsOf(schema, config) !== targetsOf(schema, stored.config);
    const known = this.secretsOf(stored);
    const fields: { path: string; message: string }[] = [];
    const complete = mapJson(config, (value, pointer) => {
      if (isSealed(value)) fields.push({ path: fieldOf(path, pointer), message: 'There is no such field.' });
      if (!isKept(value) || !secrets.has(`${pointer}/$secret`)) return undefined;
      const from = value.from ?? pointer;
      if (!known.has(from) || !isSameField(from, pointer)) {
        fields.push({ path: fieldOf(path, pointer), message: 'No secret is stored here: enter it.' });
      } else if (isElsewhere) {
        fields.push({
          path: fieldOf(path, pointer),
          message: 'The address changed: enter the secret again, so that the stored one is not sent there.',
        });
      }
      return { value: known.get(from)?.plain };
    });
    const [first] = fields;
    if (first) throw new HubProblem('invalid_request', { detail: `${first.path}: ${first.message}`, fields });
    return complete as Json;
  }

  /** A valid config, ready to be stored. A secret that stays the same keeps its sealed text, so that the row does too. */
  sealConfig({ schema, config, stored, binding }: EnteredConfig & { binding: string }): Json {
    const secrets = new Set(secretPaths(schema, config));
    const known = this.secretsOf(stored?.binding === binding ? stored : null);
    return mapJson(config, (value, pointer) => {
      if (!secrets.has(pointer)) return undefined;
      const before = known.get(pointer);
      if (before?.plain === value) return { value: before?.sealed };
      return { value: { $sealed: this.cipher.seal(JSON.stringify(value), binding + pointer) } };
    }) as Json;
  }

  /** A stored config in clear, for the satellite that runs it. Throws a SealError. */
  openConfig({ config, binding }: StoredConfig): Json {
    return mapJson(config, (value, pointer) =>
      isSealed(value) ? { value: this.unseal(value.$sealed, binding + pointer) } : undefined,
    ) as Json;
  }

  private secretsOf(stored: StoredConfig | null): Map<string, { plain: unknown; sealed: SealedValue }> {
    const found = new Map<string, { plain: unknown; sealed: SealedValue }>();
    if (stored) {
      mapJson(stored.config, (value, pointer) => {
        if (isSealed(value))
          found.set(pointer, { plain: this.unseal(value.$sealed, stored.binding + pointer), sealed: value });
        return undefined;
      });
    }
    return found;
  }

  private unseal(sealed: string, binding: string): unknown {
    return JSON.parse(this.cipher.open(sealed, binding));
  }
}

/** The same, wherever it stands in its list: what was entered for a proxy is not sent to the server behind it. */
function isSameField(one: string, other: string): boolean {
  const fieldOfLists = (pointer: string): string => pointer.replace(/\/\d+(?=\/|$)/g, '/0');
  return fieldOfLists(one) === fieldOfLists(other);
}

/** Whom a config talks to, in a form to compare. A secret address that is kept is the one that is stored. */
function targetsOf(schema: z.ZodType | JsonSchema, config: object): string {
  const shown = mapJson(config, (value) => (isSealed(value) || isKept(value) ? { value: '' } : undefined));
  return JSON.stringify(markedValues(schema, shown, 'target').map(({ pointer, value }) => [pointer, value]));
}

function fieldOf(path: string, pointer: string): string {
  return [path, dottedPath(pointer)].filter((part) => part !== '').join('.');
}
