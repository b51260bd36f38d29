import * as z from 'zod';

/** The body of every refusal (RFC 9457). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** A sentence for people: what is wrong and what to do. */
  detail: z.string(),
  /** Stable, snake_case. */
  code: z.string(),
  /** The fields that were wrong, by path: `collectors.0.assertions.1.value`. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;
