import type { Schedule, Thresholds } from '@checkstack/api';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { merge, type Subscription } from 'rxjs';
import { Notices } from '../cluster/notices.js';
import { linkLimits } from '../link/link-limits.js';
import type { Sql } from './outlook-rows.js';

/** A slice as the satellite that runs it, or ran it, gives reason to see it. */
export interface PlacedSlice {
  number: number;
  id: string;
  assignmentId: string;
  schedule: Schedule;
  timeoutMs: number;
  thresholds: Thresholds;
  /** When the placement began, which tells one stay on a satellite from the next. */
  placedAtMs: number;
  /** It runs there now: its results say what the state is. */
  isWatched: boolean;
}

interface Row {
  satelliteId: string;
  number: number;
  id: string;
  assignmentId: string;
  schedule: Schedule;
  timeoutMs: number;
  thresholds: Thresholds;
  placedAt: Date;
  isWatched: boolean;
}

/** Notices may get lost: what is remembered is asked for again after this long. */
const rememberForMs = 30_000;

/**
 * On which slices a satellite may report: those placed on it at some time within the longest spool age. What was read
 * is kept until something changes.
 */
@Injectable()
export class PlacedSlices implements OnApplicationShutdown {
  /** Replaced when it is outdated: what was asked before is not remembered after. */
  private bySatellite = new Map<string, Map<string, PlacedSlice>>();
  private readonly changes: Subscription;
  private readonly timer: NodeJS.Timeout;

  constructor(notices: Notices) {
    this.changes = merge(notices.on('slices'), notices.on('roster'), notices.on('changed'), notices.missed$).subscribe(
      () => this.forget(),
    );
    this.timer = setInterval(() => this.forget(), rememberForMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.changes.unsubscribe();
  }

  /** Of each satellite, those of the slices that it may report on. What is not remembered is read. */
  async find(sql: Sql, asked: ReadonlyMap<string, ReadonlySet<string>>): Promise<FoundSlices> {
    const { bySatellite } = this;
    const found: FoundSlices = new Map();
    const missing: [satelliteId: string, sliceId: string][] = [];
    for (const [satelliteId, sliceIds] of asked) {
      const remembered = bySatellite.get(satelliteId);
      const own = new Map<string, PlacedSlice>();
      for (const id of sliceIds) {
        const slice = remembered?.get(id);
        if (slice) own.set(id, slice);
        else missing.push([satelliteId, id]);
      }
      found.set(satelliteId, own);
    }
    for (const { satelliteId, ...row } of await readPlaced(sql, missing)) {
      const slice = placedSlice(row);
      found.get(satelliteId)?.set(slice.id, slice);
      const remembered = bySatellite.get(satelliteId) ?? new Map<string, PlacedSlice>();
      bySatellite.set(satelliteId, remembered.set(slice.id, slice));
    }
    return found;
  }

  private forget(): void {
    this.bySatellite = new Map();
  }
}

/** By satellite, then by the slice's UUID. */
export type FoundSlices = Map<string, Map<string, PlacedSlice>>;

async function readPlaced(sql: Sql, pairs: readonly [satelliteId: string, sliceId: string][]): Promise<Row[]> {
  if (pairs.length === 0) return [];
  return sql.query<Row[]>(
    `SELECT DISTINCT ON (p.satellite_id, s.id) ${columns}, p.placed_at AS "placedAt"
     FROM unnest($1::uuid[], $2::uuid[]) AS asked (satellite_id, slice_id)
     JOIN slices s ON s.id = asked.slice_id
     JOIN placements p ON p.slice_number = s.number AND p.satellite_id = asked.satellite_id
     ${joins}
     WHERE p.ended_at IS NULL OR p.ended_at > now() - make_interval(secs => $3)
     ORDER BY p.satellite_id, s.id, p.ended_at DESC NULLS FIRST`,
    [pairs.map(([satelliteId]) => satelliteId), pairs.map(([, sliceId]) => sliceId), linkLimits.spoolMaxAgeMs / 1000],
  );
}

/** Of `a`: the release before knows only runs in a row, so that the window stands apart. */
export const thresholdsColumn =
  "a.thresholds || jsonb_strip_nulls(jsonb_build_object('window', a.threshold_window)) AS thresholds";

const columns = `p.satellite_id AS "satelliteId", s.number, s.id, s.assignment_id AS "assignmentId",
  c.schedule, c.timeout_ms AS "timeoutMs", ${thresholdsColumn},
  p.ended_at IS NULL AND s.retired_at IS NULL AND a.enabled AND NOT c.paused AS "isWatched"`;
const joins = 'JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id';

/** What is to be heard of a slice, without what is not needed for it: there may be a hundred thousand. */
export interface WatchedSlice extends Pick<PlacedSlice, 'number' | 'assignmentId' | 'schedule' | 'timeoutMs'> {
  /** A changed definition counts as placed anew. */
  placedAtMs: number;
}

/** What runs on these satellites now and is watched, by satellite. Equal schedules are one object. */
export async function watchedSlices(sql: Sql, satelliteIds: readonly string[]): Promise<Map<string, WatchedSlice[]>> {
  const rows = await sql.query<(Omit<WatchedSlice, 'schedule'> & { satelliteId: string; schedule: string })[]>(
    `SELECT p.satellite_id AS "satelliteId", s.number, s.assignment_id AS "assignmentId", c.schedule::text,
       c.timeout_ms AS "timeoutMs", (extract(epoch FROM greatest(p.placed_at, s.changed_at)) * 1000)::float8 AS "placedAtMs"
     FROM placements p JOIN slices s ON s.number = p.slice_number ${joins}
     WHERE p.satellite_id = ANY($1) AND p.ended_at IS NULL AND s.retired_at IS NULL AND a.enabled AND NOT c.paused`,
    [satelliteIds],
  );
  const schedules = new Map<string, Schedule>();
  const bySatellite = new Map<string, WatchedSlice[]>();
  for (const { satelliteId, schedule: text, ...row } of rows) {
    const schedule = schedules.get(text) ?? (JSON.parse(text) as Schedule);
    schedules.set(text, schedule);
    const slices = bySatellite.get(satelliteId) ?? [];
    bySatellite.set(satelliteId, slices);
    slices.push({ ...row, schedule });
  }
  return bySatellite;
}

function placedSlice({ placedAt, ...row }: Omit<Row, 'satelliteId'>): PlacedSlice {
  return { ...row, placedAtMs: placedAt.getTime() };
}
