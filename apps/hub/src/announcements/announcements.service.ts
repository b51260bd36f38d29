import type { Announcement, routes, RouteAnswer, RouteInput } from '@checkstack/api';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { Outbox } from '../outbox/outbox.service.js';
import { HubProblem, invalidField } from '../problems.js';
import { AnnouncementEntity } from './announcement.entity.js';
import { findAnnouncement, listAnnouncements, readCurrent } from './announcement-rows.js';

type Routes = typeof routes.announcements;
type Fields = RouteInput<Routes['create']>['body'];

/** What is told to everybody at once, above the pages or on the dashboard. */
@Injectable()
export class Announcements implements OnModuleInit {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly outbox: Outbox,
    private readonly notices: Notices,
    private readonly jobs: Jobs,
  ) {}

  /** Browsers know by themselves when something begins; the event may come some seconds later. */
  onModuleInit(): void {
    this.jobs.every('announcements', { everySeconds: 15 }, (manager) => this.announceDue(manager));
  }

  list(query: RouteInput<Routes['list']>['query']): Promise<RouteAnswer<Routes['list']>> {
    return listAnnouncements(this.dataSource.manager, query);
  }

  current(actor: Actor | undefined): Promise<RouteAnswer<Routes['current']>> {
    return readCurrent(this.dataSource.manager, actor && (actor.kind === 'user' ? actor.id : null));
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<Announcement> {
    const found = await findAnnouncement(manager, id);
    if (!found) throw new HubProblem('not_found');
    return found;
  }

  create({ from, until, ...columns }: Fields, actor: Actor): Promise<Announcement> {
    return this.edits.run(async (manager) => {
      const { id } = await manager.save(AnnouncementEntity, {
        ...columns,
        ...(await timesOf(manager, { from, until })),
        createdBy: { kind: actor.kind, id: actor.id, name: actor.name },
      });
      await this.announceDue(manager);
      const created = await this.read(id, manager);
      await this.edits.record(manager, actor, { ...about(created), after: shown(created) });
      return created;
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Announcement> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, AnnouncementEntity, id, version);
      const before = await this.read(id, manager);
      const { message, severity, audience, place, dismissible, from, until } = merged<Fields>(before, input);
      const times = await timesOf(manager, { from, until });
      await manager.update(AnnouncementEntity, id, { message, severity, audience, place, dismissible, ...times });
      const after = await this.read(id, manager);
      const change = { ...about(after), before: shown(before), after: shown(after) };
      if (!(await this.edits.record(manager, actor, change))) return after;
      await manager.update(AnnouncementEntity, id, { version: () => 'version + 1', updatedAt: () => 'now()' });
      if (message !== before.message || severity !== before.severity)
        await manager.query('DELETE FROM announcement_dismissals WHERE announcement_id = $1', [id]);
      await this.announceDue(manager);
      return this.read(id, manager);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, AnnouncementEntity, id, version);
      const before = await this.read(id, manager);
      await manager.delete(AnnouncementEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
    });
  }

  async dismiss(id: string, actor: Actor): Promise<void> {
    if (actor.kind !== 'user')
      throw new HubProblem('not_allowed', { detail: 'Only a user can put an announcement away.' });
    await this.dataSource.transaction(async (manager) => {
      const { dismissible } = await this.read(id, manager);
      if (!dismissible) throw new HubProblem('not_allowed', { detail: 'This announcement is not to be put away.' });
      await manager.query('INSERT INTO announcement_dismissals VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, actor.id]);
    });
  }

  /** Writes the event of each announcement once, when it begins. One that was over before is no news. */
  private async announceDue(manager: EntityManager): Promise<void> {
    const rows = await manager.query<AnnouncementEntity[]>(
      `SELECT id, message, severity, audience, place, until_at AS "untilAt" FROM announcements
       WHERE announced_at IS NULL AND from_at <= now() AND (until_at IS NULL OR until_at > now())
       ORDER BY from_at, id FOR NO KEY UPDATE SKIP LOCKED`,
    );
    for (const { id, message, severity, audience, place, untilAt } of rows) {
      await manager.query('UPDATE announcements SET announced_at = now() WHERE id = $1', [id]);
      const payload = { what: 'published', message, severity, audience, place, until: untilAt?.toISOString() ?? null };
      await this.outbox.write(manager, [{ type: 'announcement', subject: { kind: 'announcement', id }, payload }]);
      await this.notices.publish('changed', { thing: 'announcement', id }, manager);
    }
  }
}

async function timesOf(
  manager: EntityManager,
  { from, until }: Pick<Fields, 'from' | 'until'>,
): Promise<{ fromAt: Date; untilAt: Date | null }> {
  const [{ now }] = await manager.query<[{ now: Date }]>('SELECT now()');
  const fromAt = from === null ? now : new Date(from);
  const untilAt = until === null ? null : new Date(until);
  if (untilAt !== null && untilAt <= fromAt) throw invalidField('until', 'It must end after it begins.');
  return { fromAt, untilAt };
}

function about({ id, message }: Announcement): { thing: 'announcement'; id: string; name: string } {
  const [line = ''] = message.split('\n', 1);
  return { thing: 'announcement', id, name: line.length > 80 ? `${line.slice(0, 79)}…` : line };
}

/** As the audit log tells it. */
function shown({ message, severity, audience, place, from, until, dismissible }: Announcement): object {
  return { message, severity, audience, place, from, until, dismissible };
}
