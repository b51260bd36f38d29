// A batch as the hub takes it in. Thousands of facts a second are not worth an object each: a result says in which
// layout they lie, and where in the batch.
import { factKinds, type FactLayout } from './codec/fact-layout.js';
import type { FactValue, Gap, LinkRecord, Result, ResultBatch, SatelliteFrame } from './frame.js';

export { factKinds, type FactLayout } from './codec/fact-layout.js';

export type IntakeFrame = Exclude<SatelliteFrame, ResultBatch> | IntakeBatch;

export interface IntakeBatch extends Omit<ResultBatch, 'records'> {
  records: IntakeRecord[];
}

export type IntakeRecord = IntakeResult | Gap;

export interface IntakeResult extends Omit<Result, 'facts'> {
  facts: IntakeFacts;
}

/** The facts of one result. */
export interface IntakeFacts {
  layout: FactLayout;
  batch: FactsOfBatch;
  /** Where they begin in the batch's values. */
  from: number;
}

/** The facts of all results of a batch, one after the other. */
export interface FactsOfBatch {
  /** In the order of their layouts: of a number itself, of a flag 0 or 1, of a text where it begins and ends in `bytes`. */
  values: Float64Array;
  bytes: Buffer;
}

/** By name, as the satellite gave them. */
export function factsByName({ layout, batch: { values, bytes }, from }: IntakeFacts): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  let at = from;
  layout.names.forEach((name, index) => {
    const kind = layout.kinds[index];
    const value = values[at++] as number;
    if (kind === factKinds.text) facts[name] = bytes.toString('utf8', value, values[at++]);
    else facts[name] = kind === factKinds.flag ? value === 1 : value;
  });
  return facts;
}

/** The record as it travelled. */
export function linkRecordOf(record: IntakeRecord): LinkRecord {
  return record.kind === 'gap' ? record : { ...record, facts: factsByName(record.facts) };
}
