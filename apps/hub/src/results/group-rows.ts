// The SQL of ingest, one function a statement. All of it runs in the group's one transaction.
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Gap } from '@checkstack/link';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { storable } from '../database/storable.js';
import type { Sql } from '../health/outlook-rows.js';
import { CopyWriter } from './copy-writer.js';
import { cursorKey, type Plan, type PlannedRow } from './group-plan.js';
import { resultColumns, writeRow, type Packing } from './result-row.js';

/** Which of the satellites' epochs still stand. Held until the commit: who raises one waits for us. */
export async function lockEpochs(sql: Sql, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; epoch: number }[]>(
    'SELECT id, epoch::float8 AS epoch FROM satellites WHERE id = ANY($1) ORDER BY id FOR SHARE',
    [ids],
  );
  return new Map(rows.map(({ id, epoch }) => [id, epoch]));
}

export interface StreamOf {
  satelliteId: string;
  stream: string;
}

/** Locks the cursors in the order of their ids; those of new streams are made. */
export async function lockCursors(sql: Sql, streams: readonly StreamOf[]): Promise<Map<string, number>> {
  const cursors = await selectCursors(sql, streams);
  const missing = streams.filter(({ satelliteId, stream }) => !cursors.has(cursorKey(satelliteId, stream)));
  if (missing.length === 0) return cursors;
  await sql.query(
    `INSERT INTO streams (satellite_id, id)
     SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS s (satellite_id, id) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    columnsOf(missing),
  );
  return new Map([...cursors, ...(await selectCursors(sql, missing))]);
}

async function selectCursors(sql: Sql, streams: readonly StreamOf[]): Promise<Map<string, number>> {
  const rows = await sql.query<(StreamOf & { sequence: number })[]>(
    `SELECT satellite_id AS "satelliteId", id AS stream, sequence::float8 AS sequence FROM streams
     WHERE (satellite_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
     ORDER BY satellite_id, id FOR UPDATE`,
    columnsOf(streams),
  );
  return new Map(rows.map(({ satelliteId, stream, sequence }) => [cursorKey(satelliteId, stream), sequence]));
}

function columnsOf(streams: readonly StreamOf[]): [string[], string[]] {
  return [streams.map(({ satelliteId }) => satelliteId), streams.map(({ stream }) => stream)];
}

/** Of most rows; others make the buffer grow. */
const bytesARow = 160;

export async function copyRows(
  client: ClientBase,
  rows: readonly PlannedRow[],
  { packing, table = 'results' }: { packing: Packing; table?: string },
): Promise<void> {
  if (rows.length === 0) return;
  const writer = new CopyWriter(rows.length * bytesARow);
  for (const { dated, slice, satellite } of rows)
    writeRow(writer, dated, { slice: slice.number, satellite: satellite.number, packing });
  const copy = copyFrom(`COPY ${table} (${resultColumns}) FROM STDIN (FORMAT binary)`);
  await pipeline(Readable.from([writer.finish()]), client.query(copy));
}

/** For a group that holds what is stored already; answers the rows that were not. */
export async function insertMissing(
  client: ClientBase,
  sql: Sql,
  { rows, packing }: { rows: readonly PlannedRow[]; packing: Packing },
): Promise<{ row: PlannedRow; isNew: boolean }[]> {
  await sql.query('CREATE TEMPORARY TABLE incoming (LIKE results) ON COMMIT DROP');
  await copyRows(client, rows, { packing, table: 'incoming' });
  const inserted = await sql.query<{ slice: number; slot: Date; attempt: number; satellite: number }[]>(
    `INSERT INTO results (${resultColumns}) SELECT ${resultColumns} FROM incoming
     ON CONFLICT DO NOTHING RETURNING slice_number AS slice, slot, attempt, satellite_number AS satellite`,
  );
  const isNew = new Set(inserted.map((row) => `${row.slice} ${row.slot.getTime()} ${row.attempt} ${row.satellite}`));
  // Of two equal rows in the group the first was inserted.
  return rows.map((row) => {
    const { slice, run, satellite } = row;
    return { row, isNew: isNew.delete(`${slice.number} ${run.slotMs} ${run.attempt} ${satellite.number}`) };
  });
}

/** A longer gap replaces a shorter one of the same beginning and reason. */
export async function insertGaps(
  sql: Sql,
  gaps: readonly { slice: { number: number }; satellite: { number: number }; gap: Omit<Gap, 'kind' | 'slice'> }[],
): Promise<void> {
  if (gaps.length === 0) return;
  await sql.query(
    `INSERT INTO gaps (slice_number, from_slot, to_slot, count, reason, satellite_number)
     SELECT DISTINCT ON (g.number, g.from_slot, g.reason) g.*
     FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::integer[], $5::text[], $6::integer[])
       AS g (number, from_slot, to_slot, count, reason, satellite_number)
     JOIN slices s ON s.number = g.number
     ORDER BY g.number, g.from_slot, g.reason, g.to_slot DESC
     ON CONFLICT (slice_number, from_slot, reason)
       DO UPDATE SET to_slot = excluded.to_slot, count = excluded.count, satellite_number = excluded.satellite_number
       WHERE gaps.to_slot < excluded.to_slot`,
    [
      gaps.map(({ slice }) => slice.number),
      gaps.map(({ gap }) => new Date(gap.fromSlotMs)),
      gaps.map(({ gap }) => new Date(gap.toSlotMs)),
      gaps.map(({ gap }) => gap.count),
      gaps.map(({ gap }) => storable(gap.reason)),
      gaps.map(({ satellite }) => satellite.number),
    ],
  );
}

/** As evidence; what is beyond the limit is only counted. */
const rejectedKeptAGroup = 100;

export async function insertRejected(sql: Sql, rejected: Plan['rejected']): Promise<void> {
  for (const { satellite, stream, sequence, reason, record } of rejected.slice(0, rejectedKeptAGroup)) {
    await sql.query(
      'INSERT INTO rejected_results (satellite_id, stream, sequence, reason, record) VALUES ($1, $2, $3, $4, $5)',
      [satellite.id, stream, sequence, storable(reason), Buffer.from(record)],
    );
  }
}

export async function moveCursors(sql: Sql, streams: readonly StreamOf[], cursors: Plan['cursors']): Promise<void> {
  if (streams.length === 0) return;
  await sql.query(
    `UPDATE streams AS s SET sequence = c.sequence, updated_at = now()
     FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS c (satellite_id, id, sequence)
     WHERE s.satellite_id = c.satellite_id AND s.id = c.id`,
    [...columnsOf(streams), streams.map(({ satelliteId, stream }) => cursors.get(cursorKey(satelliteId, stream)))],
  );
}

export async function countOddities(
  sql: Sql,
  column: 'refused_results' | 'doubled_results',
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  if (counts.size === 0) return;
  const ids = [...counts.keys()].sort();
  await sql.query(
    `UPDATE satellites AS s SET ${column} = s.${column} + c.count
     FROM unnest($1::uuid[], $2::bigint[]) AS c (id, count) WHERE s.id = c.id`,
    [ids, ids.map((id) => counts.get(id))],
  );
}
