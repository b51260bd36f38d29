// The live socket, /api/live: JSON messages, sub-protocol checkstack.live.v1. The session cookie signs it in.
import * as z from 'zod';
import { environmentState } from './catalog.js';
import { flappingSince, id, stateNow } from './fields.js';
import { run } from './results.js';
import { satelliteGauges } from './satellites.js';
import { logLine, testRun } from './test-runs.js';

export const livePath = '/api/live';
export const liveProtocol = 'checkstack.live.v1';
/** The close code of a socket that gave way to a newer one of the same user: come back when somebody looks, not at once. */
export const liveClosedForAnother = 4001;

/** `states`, `satellites`, `catalog`, `notifications`, `check:<id>`, `system:<id>`, `test-run:<id>` */
export const liveTopic = z
  .string()
  .regex(/^(states|satellites|catalog|notifications|(check|system|test-run):[0-9a-f-]{36})$/);

/** Browser → hub. */
export const liveRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), topics: z.array(liveTopic).min(1).max(100) }),
  z.strictObject({ type: z.literal('unsubscribe'), topics: z.array(liveTopic).min(1).max(100) }),
]);
export type LiveRequest = z.infer<typeof liveRequest>;

/** Hub → browser. */
export const liveMessage = z.discriminatedUnion('type', [
  /** The topics are heard from now on; what came before is to be read over REST. */
  z.object({ type: z.literal('subscribed'), topics: z.array(z.string()) }),
  /** Topic check:<id> or system:<id>. */
  z.object({ type: z.literal('runs'), runs: z.array(run) }),
  /** Topic states; and check:<id>, system:<id> for their own slices. */
  z.object({
    type: z.literal('state'),
    subject: z.object({ kind: z.enum(['slice', 'check', 'system']), id }),
    state: stateNow,
    /** Of a slice. */
    flappingSince: flappingSince.optional(),
    /** Of a system. */
    byEnvironment: z.array(environmentState).optional(),
  }),
  /** Topic satellites. */
  z.object({
    type: z.literal('satellite'),
    id,
    status: z.enum(['new', 'online', 'offline', 'disabled']),
    rosterConfirmed: z.boolean(),
    gauges: satelliteGauges.nullable(),
  }),
  /** Topic catalog: a thing was created, changed or removed; read it again. */
  z.object({
    type: z.literal('changed'),
    thing: z.enum([
      'system',
      'group',
      'environment',
      'dependency',
      'check',
      'assignment',
      'location',
      'satellite',
      'user',
      'api-key',
      'team',
      'subscription',
      'escalation-policy',
      'alert',
      'incident',
      'maintenance',
      'maintenance-series',
      'announcement',
      'channel',
      'destination',
      'integration',
      'delivery',
    ]),
    id,
  }),
  /** Topic notifications: so many of one’s own are unread now; `latest` is the title of what came, null when nothing did. */
  z.object({ type: z.literal('notifications'), unread: z.int(), latest: z.string().nullable() }),
  /** Topic test-run:<id>. `testRun` comes with the end. */
  z.object({ type: z.literal('test-run'), id, log: z.array(logLine), testRun: testRun.nullable() }),
  /** The socket was away from the hub's news for a while: read everything again. */
  z.object({ type: z.literal('refresh') }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;
