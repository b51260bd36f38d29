import type { routes, RouteInput, TimelineEntry } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Actor } from '../actor.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { acts, states, updates, type TimelineSource, type TimelineSpan } from './timeline-sources.js';
import { audiencesOf } from './update-rows.js';

const position = z.tuple([z.int().min(0).max(8.64e15), z.string().max(200)]);

/** What happened in an incident, from all who know of it. */
@Injectable()
export class Timeline {
  private readonly sources: TimelineSource[] = [updates, acts, states];

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** For parts of the hub that incidents know nothing of. */
  add(source: TimelineSource): void {
    this.sources.push(source);
  }

  async list(
    incidentId: string,
    { limit, after }: RouteInput<typeof routes.incidents.timeline>['query'],
    actor: Actor,
  ): Promise<{ items: TimelineEntry[]; next: string | null }> {
    const [beforeMs, id] = decodeCursor(after, position) ?? [];
    const before = beforeMs === undefined || id === undefined ? null : { at: new Date(beforeMs), id };
    const span = await this.spanOf(incidentId, actor);
    const found = await Promise.all(
      this.sources.map((source) => source(this.dataSource, span, { before, limit: limit + 1 })),
    );
    const newest = found.flat().toSorted(newestFirst);
    return pageOf(newest.slice(0, limit + 1), limit, (entry) => [Date.parse(entry.at), entry.id]);
  }

  private async spanOf(incidentId: string, actor: Actor): Promise<TimelineSpan> {
    const [row] = await this.dataSource.query<{ from: Date; until: Date | null; systemIds: string[] }[]>(
      `SELECT opened_at AS "from", resolved_at AS until,
         array(SELECT system_id FROM incident_systems WHERE incident_id = i.id) AS "systemIds"
       FROM incidents i WHERE id = $1`,
      [incidentId],
    );
    if (!row) throw new HubProblem('not_found');
    return { incidentId, ...row, audiences: audiencesOf(actor) };
  }
}

function newestFirst(one: TimelineEntry, other: TimelineEntry): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}
