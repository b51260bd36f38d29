import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Evaluator, type Decision } from '../health/evaluator.js';
import { writeFlapping } from '../health/flapping-rows.js';
import type { Sql } from '../health/outlook-rows.js';
import { PlacedSlices, type FoundSlices, type PlacedSlice } from '../health/placed-slices.js';
import { writeMarks, type RepaintMark } from '../health/repaint-rows.js';
import type { Run } from '../health/threshold.js';
import type { Turned } from '../health/state-notices.js';
import { writeTransitions } from '../health/transitions.js';
import { FactTemplates } from './fact-templates.js';
import { cursorKey, planGroup, type Plan, type PlannedRow, type Shipment } from './group-plan.js';
import {
  copyRows,
  countOddities,
  insertGaps,
  insertMissing,
  insertRejected,
  lockCursors,
  lockEpochs,
  moveCursors,
  type StreamOf,
} from './group-rows.js';
import type { Packing } from './result-row.js';
import { beginBeforeClosing, markLate } from './rollup/closing.js';

/** `copy` fails when a row is stored already; `skip-doubles` leaves such rows out. */
export type StoreMode = 'copy' | 'skip-doubles';

export interface Stored {
  /** Where each shipment's stream stands now; null: its socket counts no longer. */
  cursors: (number | null)[];
  rows: PlannedRow[];
  doubled: number;
  refused: number;
  turned: Turned | null;
  /** With which healthy slices begin to fail just now. */
  onsets: PlannedRow[];
}

interface Writing {
  client: PoolClient;
  sql: Sql;
  slices: FoundSlices;
  mode: StoreMode;
  /** Hours before are rolled up already, or about to be. */
  closedMs: number;
}

/** Whoever waits for a lock longer begins anew: edits that people make come first. */
const lockTimeoutMs = 500;

/** One transaction for a group of shipments: rows, cursors, transitions with their events. Memory follows the commit. */
@Injectable()
export class ResultStore {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly placedSlices: PlacedSlices,
    private readonly evaluator: Evaluator,
    private readonly clock: HubClock,
    private readonly templates: FactTemplates,
  ) {}

  private readonly packing: Packing = (facts) => this.templates.packingOf(facts);

  async store(shipments: readonly Shipment[], mode: StoreMode): Promise<Stored> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      const slices = await this.placedSlices.find(runner, slicesIn(shipments));
      try {
        const closedMs = await beginBeforeClosing(client, lockTimeoutMs);
        const { adopt, stored } = await this.write({ client, sql: runner, slices, mode, closedMs }, shipments);
        await client.query('COMMIT');
        adopt();
        return stored;
      } catch (error) {
        // After a lost connection there is nothing to roll back, and whether it was committed is unknown.
        await client.query('ROLLBACK').catch(() => undefined);
        for (const own of slices.values()) this.evaluator.forget(own.values());
        throw error;
      }
    } finally {
      await runner.release();
    }
  }

  private async write(
    { client, sql, slices, mode, closedMs }: Writing,
    all: readonly Shipment[],
  ): Promise<{ stored: Stored; adopt: () => void }> {
    const epochs = await lockEpochs(sql, [...new Set(all.map(({ satellite }) => satellite.id))]);
    const counts = ({ satellite }: Shipment): boolean => epochs.get(satellite.id) === satellite.epoch;
    const shipments = all.filter(counts);
    const streams = streamsIn(shipments);
    const cursors = await lockCursors(sql, streams);
    const plan = planGroup(shipments, cursors, slices);
    const planned = runsBySlice(plan.rows);
    await this.evaluator.load(sql, [...planned.keys()]);

    const rows = mode === 'copy' ? plan.rows : await this.insertMissing(client, sql, plan.rows);
    if (mode === 'copy') await copyRows(client, rows, { packing: this.packing });
    await markLate(sql, rows, closedMs);
    await insertGaps(sql, plan.gaps);
    await insertRejected(sql, plan.rejected);
    await moveCursors(sql, streams.filter(hasMoved(cursors, plan)), plan.cursors);
    await countOddities(sql, 'refused_results', plan.refused);

    const nowMs = this.clock.now();
    const decision = this.evaluator.decide(rows === plan.rows ? planned : runsBySlice(rows), nowMs);
    await writeMarks(sql, [...decision.marks, ...unwatchedMarks(rows)]);
    const turned = await this.writeChanges(sql, decision, nowMs);
    const standsAt = (shipment: Shipment): number | null =>
      plan.cursors.get(cursorKey(shipment.satellite.id, shipment.piece.stream)) ?? null;
    return {
      stored: {
        cursors: all.map((shipment) => (counts(shipment) ? standsAt(shipment) : null)),
        rows,
        doubled: plan.rows.length - rows.length,
        refused: [...plan.refused.values()].reduce((sum, count) => sum + count, 0),
        turned,
        onsets: decision.onsets.size > 0 ? rows.filter(({ run }) => decision.onsets.has(run)) : [],
      },
      adopt: () => decision.adopt(),
    };
  }

  private async insertMissing(client: PoolClient, sql: Sql, rows: PlannedRow[]): Promise<PlannedRow[]> {
    const tried = await insertMissing(client, sql, { rows, packing: this.packing });
    const doubles = new Map<string, number>();
    for (const { row, isNew } of tried)
      if (!isNew) doubles.set(row.satellite.id, (doubles.get(row.satellite.id) ?? 0) + 1);
    await countOddities(sql, 'doubled_results', doubles);
    return tried.filter(({ isNew }) => isNew).map(({ row }) => row);
  }

  private async writeChanges(sql: Sql, { changes, flapping }: Decision, nowMs: number): Promise<Turned | null> {
    if (changes.length + flapping.length === 0) return null;
    const assignmentIds = [...new Set([...changes, ...flapping].map(({ assignmentId }) => assignmentId))];
    const written = await writeTransitions(sql, { assignmentIds }, nowMs, () => changes);
    await writeFlapping(sql, flapping);
    return { ...written, slices: [...written.slices, ...flapping.map(({ slice }) => ({ number: slice }))] };
  }
}

function slicesIn(shipments: readonly Shipment[]): Map<string, Set<string>> {
  const slices = new Map<string, Set<string>>();
  for (const { satellite, piece } of shipments) {
    const own = slices.get(satellite.id) ?? new Set();
    for (const { slice } of piece.records) own.add(slice);
    slices.set(satellite.id, own);
  }
  return slices;
}

function streamsIn(shipments: readonly Shipment[]): StreamOf[] {
  const streams = new Map(
    shipments.map(({ satellite, piece }) => [
      cursorKey(satellite.id, piece.stream),
      { satelliteId: satellite.id, stream: piece.stream },
    ]),
  );
  return [...streams.values()];
}

function hasMoved(before: ReadonlyMap<string, number>, { cursors }: Plan): (stream: StreamOf) => boolean {
  return ({ satelliteId, stream }) => {
    const key = cursorKey(satelliteId, stream);
    return cursors.get(key) !== before.get(key);
  };
}

/** Runs of slices that went elsewhere since tell of the past. */
function unwatchedMarks(rows: readonly PlannedRow[]): RepaintMark[] {
  const earliest = new Map<number, number>();
  for (const { slice, run } of rows)
    if (!slice.isWatched) earliest.set(slice.number, Math.min(run.slotMs, earliest.get(slice.number) ?? Infinity));
  return [...earliest].map(([slice, fromMs]) => ({ slice, fromMs }));
}

/** In slot order; of those slices whose state their results may change. */
function runsBySlice(rows: readonly PlannedRow[]): Map<PlacedSlice, Run[]> {
  const runs = new Map<PlacedSlice, Run[]>();
  for (const { slice, run } of rows) {
    if (!slice.isWatched) continue;
    const own = runs.get(slice);
    if (own) own.push(run);
    else runs.set(slice, [run]);
  }
  for (const own of runs.values())
    if (own.length > 1) own.sort((one, other) => one.slotMs - other.slotMs || one.attempt - other.attempt);
  return runs;
}
