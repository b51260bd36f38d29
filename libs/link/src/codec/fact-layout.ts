// Which facts a result has: the same few layouts come again and again, and equal ones are one object.
import { isUtf8 } from 'node:buffer';
import { frameLimits } from '../limits.js';

export const factKinds = { number: 0, text: 1, flag: 2 } as const;
export type FactKind = (typeof factKinds)[keyof typeof factKinds];

/** Beyond, new ones are made: names that do not come again are not to be kept. */
const maxLayouts = 20_000;

interface LastFact {
  before: FactLayout;
  name: string;
  nameBytes: Uint8Array;
  kind: FactKind;
}

/** Names and kinds of facts, in their order: those of `before` and one more. */
export class FactLayout {
  private static root = new FactLayout();
  private static count = 0;

  readonly length: number;
  /** What came after it last. */
  private next: FactLayout | undefined;
  private allNext: Map<string, FactLayout> | undefined;
  private ownNames: readonly string[] | undefined;
  private ownKinds: Uint8Array | undefined;

  private constructor(private readonly last?: LastFact) {
    this.length = last ? last.before.length + 1 : 0;
  }

  /** No facts. */
  static get empty(): FactLayout {
    if (FactLayout.count > maxLayouts) {
      FactLayout.root = new FactLayout();
      FactLayout.count = 0;
    }
    return FactLayout.root;
  }

  get names(): readonly string[] {
    return (this.ownNames ??= this.all().map(({ name }) => name));
  }

  get kinds(): Uint8Array {
    return (this.ownKinds ??= Uint8Array.from(this.all(), ({ kind }) => kind));
  }

  /** With one more fact, whose name these bytes are; null for one that may not follow. */
  with(kind: FactKind, bytes: Buffer, from: number, to: number): FactLayout | null {
    const { next } = this;
    if (next?.last?.kind === kind && isAt(next.last.nameBytes, bytes, from, to)) return next;
    const key = kind + bytes.toString('latin1', from, to);
    this.allNext ??= new Map();
    const found = this.allNext.get(key) ?? this.make(kind, bytes.subarray(from, to));
    if (found === null) return null;
    this.allNext.set(key, found);
    return (this.next = found);
  }

  private all(): LastFact[] {
    const facts: LastFact[] = [];
    for (let fact = this.last; fact; fact = fact.before.last) facts.push(fact);
    return facts.reverse();
  }

  private make(kind: FactKind, bytes: Buffer): FactLayout | null {
    const name = isUtf8(bytes) ? bytes.toString() : '';
    if (name === '' || name === '__proto__' || name.length > frameLimits.name) return null;
    if (this.length >= frameLimits.facts || this.all().some((fact) => fact.name === name)) return null;
    FactLayout.count++;
    return new FactLayout({ before: this, name, nameBytes: Uint8Array.from(bytes), kind });
  }
}

function isAt(expected: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  const { length } = expected;
  if (to - from !== length) return false;
  for (let index = 0; index < length; index++) if (expected[index] !== bytes[from + index]) return false;
  return true;
}
