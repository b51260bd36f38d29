// Where the entries of a timeline come from.
import type { ActorName, Audience, TimelineEntry } from '@checkstack/api';
import { stateOf, type Sql } from '../health/outlook-rows.js';
import type { Act } from './incident.js';
import type { IncidentUpdateEntity } from './incident-update.entity.js';
import { updateOf } from './update-rows.js';

/** What the timeline is of. */
export interface TimelineSpan {
  incidentId: string;
  /** The affected ones. */
  systemIds: readonly string[];
  from: Date;
  /** null: it is open. */
  until: Date | null;
  /** Whose texts the reader may see. */
  audiences: readonly Audience[];
}

/** The next `limit` entries before this place, or the newest; in order of (at, id), newest first, ids as bytes. */
export interface TimelinePage {
  before: { at: Date; id: string } | null;
  limit: number;
}

/** The entries' ids begin with the name of the source; times are whole milliseconds. */
export type TimelineSource = (sql: Sql, span: TimelineSpan, page: TimelinePage) => Promise<TimelineEntry[]>;

/** SQL for a page of rows with these expressions for time and id; its parameters are $1 to $3. */
export function pageSql(at: string, id: string): string {
  return `($1::timestamptz IS NULL OR (${at}, (${id}) COLLATE "C") < ($1, $2::text)) ORDER BY ${at} DESC, (${id}) COLLATE "C" DESC LIMIT $3`;
}

export function pageParameters({ before, limit }: TimelinePage): unknown[] {
  return [before?.at ?? null, before?.id ?? null, limit];
}

export const updates: TimelineSource = async (sql, { incidentId, audiences }, page) => {
  const rows = await sql.query<IncidentUpdateEntity[]>(
    `SELECT id, author, audience, body, posted_at AS "postedAt", edited_at AS "editedAt", deleted_at AS "deletedAt",
       deleted_by AS "deletedBy", version
     FROM incident_updates WHERE incident_id = $4 AND audience = ANY($5) AND ${pageSql('posted_at', `'update:' || id`)}`,
    [...pageParameters(page), incidentId, audiences],
  );
  return rows.map((row) => ({
    id: `update:${row.id}`,
    at: row.postedAt.toISOString(),
    kind: 'update',
    update: updateOf(row),
  }));
};

export const acts: TimelineSource = async (sql, { incidentId }, page) => {
  const rows = await sql.query<{ id: string; at: Date; kind: string; by: ActorName; detail: object }[]>(
    // Of one moment the later one has the greater id.
    `SELECT 'act:' || lpad(id::text, 19, '0') AS id, at, kind, by, detail FROM incident_acts
     WHERE incident_id = $4 AND ${pageSql('at', `'act:' || lpad(id::text, 19, '0')`)}`,
    [...pageParameters(page), incidentId],
  );
  return rows.map(({ id, at, by, kind, detail }) => ({
    id,
    at: at.toISOString(),
    by,
    ...({ kind, ...detail } as Act),
  }));
};

/** How the affected systems fared while it lasted; and since when one was not well that was not when it was opened. */
export const states: TimelineSource = async (sql, { systemIds, from, until }, page) => {
  const id = `'state:' || i.subject_id || ':' || round(extract(epoch FROM i.from_at) * 1000)`;
  const rows = await sql.query<
    { id: string; at: Date; systemId: string; name: string; state: number; reason: string | null }[]
  >(
    `SELECT ${id} AS id, i.from_at AS at, s.id AS "systemId", s.name, i.state, i.reason
     FROM state_intervals i JOIN systems s ON s.id = i.subject_id
     WHERE i.subject_kind = 2 AND i.subject_id = ANY($4) AND i.from_at <= coalesce($6::timestamptz, 'infinity')
       AND (i.from_at >= $5::timestamptz OR (i.state IN (1, 2) AND coalesce(i.to_at, 'infinity') > $5)) AND ${pageSql('i.from_at', id)}`,
    [...pageParameters(page), systemIds, from, until],
  );
  return rows.map(({ id, at, systemId, name, state, reason }) => ({
    id,
    at: at.toISOString(),
    kind: 'state',
    system: { id: systemId, name },
    state: stateOf(state),
    reason,
  }));
};
