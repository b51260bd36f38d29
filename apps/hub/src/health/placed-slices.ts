import type { Schedule, Thresholds } from '@checkstack/api';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { map, merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
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

interface Row extends Omit<PlacedSlice, 'schedule' | 'thresholds'> {
  satelliteId: string;
  revision: number;
  /** As JSON. */
  schedule: string;
  thresholds: string;
}

/** What was read of a satellite's slices, all of it as of one revision of its roster. */
interface Known {
  revision: number | undefined;
  sinceMs: number;
  slices: Map<string, PlacedSlice>;
}

/** Notices may get lost: revisions are compared this often. */
const compareEveryMs = 5_000;
/** What ended so long ago that nobody may report it any more changes no revision. */
const rememberForMs = 600_000;
const maxParsed = 1_000;

/**
 * On which slices a satellite may report: those placed on it at some time within the longest spool age. What was read
 * is kept until the satellite's roster is another: whatever is edited or placed anew raises its revision.
 */
@Injectable()
export class PlacedSlices implements OnApplicationShutdown {
  private readonly logger = new Logger('health');
  /** Whatever is outdated is taken out: what was asked before is not remembered after. */
  private readonly known = new Map<string, Known>();
  /** Many slices have the same schedule and thresholds: by their JSON. */
  private readonly parsed = new Map<string, unknown>();
  private readonly changes: Subscription;
  private readonly timer: NodeJS.Timeout;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    notices: Notices,
  ) {
    this.changes = merge(
      notices.on('roster').pipe(map(({ satelliteIds }) => satelliteIds)),
      notices.missed$.pipe(map(() => [...this.known.keys()])),
    ).subscribe((satelliteIds) => {
      for (const id of satelliteIds) this.known.delete(id);
    });
    this.timer = setInterval(() => {
      this.compare().catch((error: Error) => this.logger.debug(`Rosters were not compared: ${error.message}`));
    }, compareEveryMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.changes.unsubscribe();
  }

  /** Of each satellite, those of the slices that it may report on. What is not remembered is read. */
  async find(sql: Sql, asked: ReadonlyMap<string, ReadonlySet<string>>): Promise<FoundSlices> {
    const found: FoundSlices = new Map();
    const missing: [satelliteId: string, sliceId: string][] = [];
    const remembered = new Map<string, Known>();
    for (const [satelliteId, sliceIds] of asked) {
      const known = this.knownOf(satelliteId);
      remembered.set(satelliteId, known);
      const own = new Map<string, PlacedSlice>();
      for (const id of sliceIds) {
        const slice = known.slices.get(id);
        if (slice) own.set(id, slice);
        else missing.push([satelliteId, id]);
      }
      found.set(satelliteId, own);
    }
    for (const { satelliteId, revision, ...row } of await readPlaced(sql, missing)) {
      const slice = {
        ...row,
        schedule: this.parse(row.schedule),
        thresholds: this.parse(row.thresholds),
      } as PlacedSlice;
      found.get(satelliteId)?.set(slice.id, slice);
      const known = remembered.get(satelliteId);
      if (!known) continue;
      known.revision ??= revision;
      if (known.revision === revision) known.slices.set(slice.id, slice);
      else if (this.known.get(satelliteId) === known) this.known.delete(satelliteId);
    }
    return found;
  }

  private knownOf(satelliteId: string): Known {
    const known = this.known.get(satelliteId) ?? { revision: undefined, sinceMs: performance.now(), slices: new Map() };
    this.known.set(satelliteId, known);
    return known;
  }

  private parse(json: string): unknown {
    let value = this.parsed.get(json);
    if (value === undefined) {
      if (this.parsed.size >= maxParsed) this.parsed.clear();
      this.parsed.set(json, (value = JSON.parse(json)));
    }
    return value;
  }

  private async compare(): Promise<void> {
    const before = [...this.known];
    const revisions = await rosterRevisions(
      this.dataSource.manager,
      before.map(([id]) => id),
    );
    const oldestMs = performance.now() - rememberForMs;
    for (const [id, known] of before) {
      const isOutdated = known.revision !== revisions.get(id) || known.sinceMs < oldestMs;
      if (isOutdated && this.known.get(id) === known) this.known.delete(id);
    }
  }
}

/** By satellite, then by the slice's UUID. */
export type FoundSlices = Map<string, Map<string, PlacedSlice>>;

async function readPlaced(sql: Sql, pairs: readonly [satelliteId: string, sliceId: string][]): Promise<Row[]> {
  if (pairs.length === 0) return [];
  return sql.query<Row[]>(
    `SELECT DISTINCT ON (p.satellite_id, s.id) ${columns}
     FROM unnest($1::uuid[], $2::uuid[]) AS asked (satellite_id, slice_id)
     JOIN slices s ON s.id = asked.slice_id
     JOIN placements p ON p.slice_number = s.number AND p.satellite_id = asked.satellite_id
     JOIN satellites t ON t.id = p.satellite_id ${joins}
     WHERE p.ended_at IS NULL OR p.ended_at > now() - make_interval(secs => $3)
     ORDER BY p.satellite_id, s.id, p.ended_at DESC NULLS FIRST`,
    [pairs.map(([satelliteId]) => satelliteId), pairs.map(([, sliceId]) => sliceId), linkLimits.spoolMaxAgeMs / 1000],
  );
}

/** Of `a`: the release before knows only runs in a row, so that the window stands apart. */
const thresholds = "(a.thresholds || jsonb_strip_nulls(jsonb_build_object('window', a.threshold_window)))";
export const thresholdsColumn = `${thresholds} AS thresholds`;

const columns = `p.satellite_id AS "satelliteId", t.roster_revision::float8 AS revision,
  s.number, s.id, s.assignment_id AS "assignmentId",
  c.schedule::text, c.timeout_ms AS "timeoutMs", ${thresholds}::text AS thresholds,
  (extract(epoch FROM p.placed_at) * 1000)::float8 AS "placedAtMs",
  p.ended_at IS NULL AND s.retired_at IS NULL AND a.enabled AND NOT c.paused AS "isWatched"`;
const joins = 'JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id';

/** What is to be heard of a slice, without what is not needed for it: there may be a hundred thousand. */
export interface WatchedSlice extends Pick<PlacedSlice, 'number' | 'assignmentId' | 'schedule' | 'timeoutMs'> {
  /** A changed definition counts as placed anew. */
  placedAtMs: number;
}

/** What runs on these satellites now and is watched, by satellite. Equal schedules are one object, equal ids one text. */
export async function watchedSlices(sql: Sql, satelliteIds: readonly string[]): Promise<Map<string, WatchedSlice[]>> {
  const rows = await sql.query<(Omit<WatchedSlice, 'schedule'> & { satelliteId: string; schedule: string })[]>(
    `SELECT p.satellite_id AS "satelliteId", s.number, s.assignment_id AS "assignmentId", c.schedule::text,
       c.timeout_ms AS "timeoutMs", (extract(epoch FROM greatest(p.placed_at, s.changed_at)) * 1000)::float8 AS "placedAtMs"
     FROM placements p JOIN slices s ON s.number = p.slice_number ${joins}
     WHERE p.satellite_id = ANY($1) AND p.ended_at IS NULL AND s.retired_at IS NULL AND a.enabled AND NOT c.paused`,
    [satelliteIds],
  );
  const schedules = new Map<string, Schedule>();
  const assignmentIds = new Map<string, string>();
  const bySatellite = new Map<string, WatchedSlice[]>();
  for (const { satelliteId, schedule: text, ...row } of rows) {
    const schedule = schedules.get(text) ?? (JSON.parse(text) as Schedule);
    schedules.set(text, schedule);
    const assignmentId = assignmentIds.get(row.assignmentId) ?? row.assignmentId;
    assignmentIds.set(assignmentId, assignmentId);
    const slices = bySatellite.get(satelliteId) ?? [];
    bySatellite.set(satelliteId, slices);
    slices.push({ ...row, assignmentId, schedule });
  }
  return bySatellite;
}

/** Which roster each of these satellites is to have: as long as it is the same, so are its slices. */
export async function rosterRevisions(sql: Sql, satelliteIds: readonly string[]): Promise<Map<string, number>> {
  if (satelliteIds.length === 0) return new Map();
  const rows = await sql.query<{ id: string; revision: number }[]>(
    'SELECT id, roster_revision::float8 AS revision FROM satellites WHERE id = ANY($1)',
    [satelliteIds],
  );
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
