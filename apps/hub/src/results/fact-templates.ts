import { createHash } from 'node:crypto';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { FactLayout, IntakeFacts } from '@checkstack/link';
import { commonKey, templateOf, type FactTemplate, type TextPlace } from './packed-facts.js';

/** How facts are stored in little room: with this template, and beside it their own values. */
export interface FactPacking {
  template: number;
  texts: TextPlace;
}

/** A template is worth a number when it comes again. */
const seenOften = 3;
/** Facts with texts that never come again are seen no more often. */
const maxSightings = 10_000;
/** Numbers are smallints; the more general ones always find room. */
const maxTemplates = { common: 20_000, own: 30_000 };

/**
 * Numbers of templates for facts. What has no number yet is stored by name meanwhile: no result waits for a template,
 * and none fails with one.
 */
@Injectable()
export class FactTemplates implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('results');
  private readonly numbers = new Map<FactTemplate, number>();
  private readonly sightings = new Map<FactTemplate, number>();
  /** Found before, by layout and what else they have in common: no template is written for them again. */
  private readonly known = {
    common: new WeakMap<FactLayout, Map<string, FactPacking>>(),
    own: new WeakMap<FactLayout, Map<string, FactPacking>>(),
  };
  private writing: Promise<void> | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    this.adopt(await this.dataSource.query<Row[]>('SELECT number, template FROM fact_templates'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing;
  }

  /** null: to be stored by name. */
  packingOf(facts: IntakeFacts): FactPacking | null {
    for (const texts of ['common', 'own'] as const) {
      const key = commonKey(facts, texts);
      const known = key === null ? undefined : this.known[texts].get(facts.layout)?.get(key);
      if (known) return known;
      const template = templateOf(facts, texts);
      if (template === null) return null;
      const number = this.numbers.get(template);
      if (number !== undefined) return this.remember(facts.layout, key, { template: number, texts });
      this.see(template, texts);
    }
    return null;
  }

  private remember(layout: FactLayout, key: string | null, packing: FactPacking): FactPacking {
    const known = this.known[packing.texts];
    if (!known.has(layout)) known.set(layout, new Map());
    if (key !== null) known.get(layout)?.set(key, packing);
    return packing;
  }

  private see(template: FactTemplate, texts: TextPlace): void {
    if (this.numbers.size >= maxTemplates[texts]) return;
    const seen = (this.sightings.get(template) ?? 0) + 1;
    if (this.sightings.size >= maxSightings) this.sightings.clear();
    this.sightings.set(template, seen);
    if (seen < seenOften || this.writing) return;
    this.writing = this.write()
      .catch((error: Error) => this.logger.warn(`Templates for facts were not stored: ${error.message}`))
      .finally(() => (this.writing = undefined));
  }

  private async write(): Promise<void> {
    // All that came in the same turn of the event loop.
    await new Promise(setImmediate);
    const templates = [...this.sightings].filter(([, seen]) => seen >= seenOften).map(([template]) => template);
    const digests = templates.map((template) => createHash('sha256').update(template).digest());
    for (const template of templates) this.sightings.delete(template);
    await this.dataSource.query(
      `INSERT INTO fact_templates (digest, template) SELECT digest, template
       FROM unnest($1::bytea[], $2::text[]) AS t (digest, template)
       WHERE NOT EXISTS (SELECT FROM fact_templates known WHERE known.digest = t.digest) ON CONFLICT DO NOTHING`,
      [digests, templates],
    );
    this.adopt(
      await this.dataSource.query<Row[]>('SELECT number, template FROM fact_templates WHERE digest = ANY($1)', [
        digests,
      ]),
    );
  }

  private adopt(rows: readonly Row[]): void {
    for (const { number, template } of rows) this.numbers.set(template, number);
  }
}

interface Row {
  number: number;
  template: FactTemplate;
}
