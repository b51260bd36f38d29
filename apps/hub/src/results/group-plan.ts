// What is to be written for a group of shipments, decided before anything is written.
import { encodeRecord, linkRecordOf, type Gap, type IntakeRecord } from '@checkstack/link';
import { messageOf } from '../health/reasons.js';
import type { FoundSlices, PlacedSlice } from '../health/placed-slices.js';
import type { Run } from '../health/threshold.js';
import { dateResult, misfitOf, type Arrival, type DatedResult } from './result-row.js';
import { beyondCursor, type Piece } from './stream-piece.js';

/** The satellite behind a socket, as ingest knows it. */
export interface Shipper {
  id: string;
  number: number;
  epoch: number;
}

export interface Shipment {
  satellite: Shipper;
  piece: Piece;
  arrival: Arrival;
  /** PostgreSQL refused the piece's one record, alone in its transaction: it is kept aside. */
  rejection?: string;
}

export interface PlannedRow {
  satellite: Shipper;
  slice: PlacedSlice;
  run: Run;
  dated: DatedResult;
}

export interface Plan {
  rows: PlannedRow[];
  gaps: { slice: PlacedSlice; satellite: Shipper; gap: Gap }[];
  rejected: { satellite: Shipper; stream: string; sequence: number; reason: string; record: Uint8Array }[];
  /** Results for slices that the satellite never held, or too old: by satellite. */
  refused: Map<string, number>;
  /** Where the streams' cursors stand afterwards. */
  cursors: Map<string, number>;
}

export const cursorKey = (satelliteId: string, stream: string): string => `${satelliteId} ${stream}`;

export function planGroup(
  shipments: readonly Shipment[],
  cursors: ReadonlyMap<string, number>,
  slices: FoundSlices,
): Plan {
  const plan: Plan = { rows: [], gaps: [], rejected: [], refused: new Map(), cursors: new Map(cursors) };
  for (const shipment of shipments) {
    const { satellite, piece } = shipment;
    const key = cursorKey(satellite.id, piece.stream);
    const fresh = beyondCursor(piece, plan.cursors.get(key) ?? 0);
    if (fresh === 'repeat' || fresh === 'hole') continue;
    plan.cursors.set(key, fresh.lastSequence);
    const own = slices.get(satellite.id);
    fresh.records.forEach((record, index) => {
      const slice = own?.get(record.slice);
      const problem = slice ? (shipment.rejection ?? planRecord(plan, shipment, slice, record)) : foreign;
      if (problem === null) return;
      plan.refused.set(satellite.id, (plan.refused.get(satellite.id) ?? 0) + 1);
      if (problem === foreign || problem === tooOld) return;
      const sequence = fresh.firstSequence + index;
      plan.rejected.push({
        satellite,
        stream: piece.stream,
        sequence,
        reason: problem,
        record: encodeRecord(linkRecordOf(record)),
      });
    });
  }
  return plan;
}

const foreign = 'the slice was never placed on this satellite';
const tooOld = 'it is older than results may be';

/** null: it will be stored. */
function planRecord(
  plan: Plan,
  { satellite, arrival }: Shipment,
  slice: PlacedSlice,
  record: IntakeRecord,
): string | null {
  if (record.kind === 'gap') {
    const misfit = misfitOf(record);
    if (misfit === null) plan.gaps.push({ slice, satellite, gap: record });
    return misfit;
  }
  const dated = dateResult(record, arrival);
  if (!dated) return tooOld;
  const misfit = misfitOf(dated.result);
  if (misfit !== null) return misfit;
  const { slotMs, attempt, verdict, failure, assertions } = dated.result;
  const message = verdict === 'healthy' ? null : messageOf(failure, assertions);
  plan.rows.push({ satellite, slice, run: { slotMs, attempt, verdict, message }, dated });
  return null;
}
