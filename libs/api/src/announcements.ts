import * as z from 'zod';
import { actor } from './audit.js';
import { partialOf } from './catalog.js';
import { byId, id, instant, markdown, pageOf, paging, version } from './fields.js';
import { route } from './route.js';

export const announcementSeverities = ['info', 'warning', 'critical'] as const;
export const announcementSeverity = z.enum(announcementSeverities);
export type AnnouncementSeverity = z.infer<typeof announcementSeverity>;

const announcementFields = {
  /** Markdown. */
  message: markdown.min(1, 'Write something.').max(4000),
  severity: announcementSeverity.default('info'),
  /** Everyone, before signing in too; or who is signed in. */
  audience: z.enum(['public', 'signed-in']).default('signed-in'),
  /** Above every page, or on the dashboard only. */
  place: z.enum(['banner', 'dashboard']).default('banner'),
  /** null: at once. */
  from: instant.nullable().default(null),
  /** null: until it is deleted. */
  until: instant.nullable().default(null),
  /** Whether one may put it away for oneself. */
  dismissible: z.boolean().default(true),
};

export const announcement = z.object({
  id,
  ...announcementFields,
  from: instant,
  until: instant.nullable(),
  status: z.enum(['scheduled', 'shown', 'over']),
  createdBy: actor,
  createdAt: instant,
  updatedAt: instant,
  version,
});
export type Announcement = z.infer<typeof announcement>;

export const shownAnnouncement = announcement.pick({
  id: true,
  message: true,
  severity: true,
  place: true,
  from: true,
  until: true,
  dismissible: true,
  version: true,
});
export type ShownAnnouncement = z.infer<typeof shownAnnouncement>;

export const announcementRoutes = {
  list: route('GET /announcements', {
    access: 'announcements.announcement.read',
    summary: 'Announcements, the last first',
    query: z.object({ ...paging, status: announcement.shape.status.optional() }),
    response: pageOf(announcement),
  }),
  current: route('GET /announcements/current', {
    access: 'public',
    summary: 'What is announced to you now and you did not put away, most severe first',
    response: z.object({
      items: z.array(shownAnnouncement),
      /** When by the clock there is something else to show. */
      nextChangeAt: instant.nullable(),
    }),
  }),
  create: route('POST /announcements', {
    access: 'announcements.announcement.manage',
    summary: 'Announce something',
    body: z.strictObject(announcementFields),
    response: announcement,
    status: 201,
  }),
  read: route('GET /announcements/:id', {
    access: 'announcements.announcement.read',
    summary: 'One announcement',
    params: byId,
    response: announcement,
  }),
  update: route('PATCH /announcements/:id', {
    access: 'announcements.announcement.manage',
    summary: 'Change an announcement; with other words or severity it is shown again to who put it away',
    params: byId,
    body: partialOf(announcementFields),
    response: announcement,
  }),
  remove: route('DELETE /announcements/:id', {
    access: 'announcements.announcement.manage',
    summary: 'Delete an announcement',
    params: byId,
  }),
  dismiss: route('POST /announcements/:id/dismiss', {
    access: 'signed-in',
    summary: 'Put an announcement away for yourself',
    params: byId,
  }),
};
