// Fields that many resources have.
import * as z from 'zod';
import { verdicts } from '@checkstack/plugin-sdk/assertions';

export const id = z.uuid();
export const byId = z.object({ id });
/** RFC 3339, UTC. */
export const instant = z.iso.datetime().refine((text) => !text.startsWith('0000'), 'There is no year 0.');
export const name = z.string().trim().min(1, 'Give it a name.').max(120);
export const description = z.string().trim().max(4000);
/** Long text for people. */
export const markdown = z.string().trim().max(20_000);
export const tags = z.array(z.string().trim().min(1).max(60)).max(50);
/** Raised by every edit; the ETag of the resource. */
export const version = z.int();
/** Of a run, or of a slice, check or system over time. */
export const state = z.enum(verdicts);
export type State = z.infer<typeof state>;

/** A state, since when, and why, in words. */
export const stateNow = z.object({ state, since: instant.nullable(), reason: z.string().nullable() });
export type StateNow = z.infer<typeof stateNow>;

/**
 * Since when a slice, or one of a check's, brings another verdict in a quarter of its last 20 runs and more, until it does in
 * less than 15 %; null: it does not.
 */
export const flappingSince = instant.nullable();

/** The maintenance in which something is now; null: it is in none. Of several the one that ends last. */
export const currentMaintenance = z.object({ id, title: z.string(), until: instant }).nullable();
export type CurrentMaintenance = NonNullable<z.infer<typeof currentMaintenance>>;

export const named = z.object({ id, name: z.string() });
export type Named = z.infer<typeof named>;

/** `after` is the `next` of the page before. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  after: z.string().max(2000).optional(),
};

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
