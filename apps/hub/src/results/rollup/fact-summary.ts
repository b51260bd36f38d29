import type { Run } from '@checkstack/api';
import { ByteReader, ByteWriter } from './bytes.js';
import { Distribution } from './distribution.js';
import { Tally } from './tally.js';

/** Of what a part of an encoded summary tells; other numbers are for other encodings, later. */
const parts = { numbers: 1, texts: 2 };

/**
 * What was read of one thing over some time: how its numbers are distributed, and how often which text or flag came.
 * Encoded ones that are put one behind the other are read as one.
 */
export class FactSummary {
  numbers: Distribution | undefined;
  texts: Tally | undefined;

  /** The summary of what was encoded. */
  static of(encoded: Buffer): FactSummary {
    const summary = new FactSummary();
    summary.merge(encoded);
    return summary;
  }

  get isEmpty(): boolean {
    return !this.numbers && !this.texts;
  }

  add(value: Run['facts'][string]): void {
    if (typeof value === 'number') (this.numbers ??= new Distribution()).add(value);
    else (this.texts ??= new Tally()).add(String(value));
  }

  encode(): Buffer {
    const writer = new ByteWriter();
    const part = (kind: number, content: Buffer): void => {
      writer.byte(kind);
      writer.varint(content.length);
      writer.bytes(content);
    };
    if (this.numbers) part(parts.numbers, this.numbers.encode());
    if (this.texts) part(parts.texts, this.texts.encode());
    return writer.written();
  }

  merge(encoded: Buffer): void {
    const reader = new ByteReader(encoded);
    while (!reader.isAtEnd) {
      const kind = reader.byte();
      const content = reader.bytes(reader.varint());
      if (kind === parts.numbers) (this.numbers ??= new Distribution()).merge(new ByteReader(content));
      else if (kind === parts.texts) (this.texts ??= new Tally()).merge(content);
    }
  }
}
