import * as z from 'zod';
import { id, instant, pageOf, paging } from './fields.js';
import { route } from './route.js';

/** Who did something; the name as it was then. */
export const actor = z.object({ kind: z.enum(['user', 'api-key', 'system']), id: id.nullable(), name: z.string() });
export type ActorName = z.infer<typeof actor>;

export const auditEntry = z.object({
  id: z.string(),
  at: instant,
  actor,
  /** `check.update`, `session.sign-in`, … */
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  /** Field → [before, after]; secrets show only that they changed. */
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
  address: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditRoutes = {
  list: route('GET /audit', {
    access: 'audit.entry.read',
    summary: 'Changes and sign-ins, newest first',
    query: z.object({
      ...paging,
      actorId: id.optional(),
      subjectKind: z.string().max(60).optional(),
      subjectId: z.string().max(60).optional(),
      action: z.string().max(60).optional(),
    }),
    response: pageOf(auditEntry),
  }),
};
