// What a satellite and the processes of its isolated probes say to each other, as JSON over Node's own channel.
import { sides, verdicts } from '@checkstack/plugin-sdk';
import type { NetworkRules, RunOutcome, RunRequest } from '@checkstack/plugin-sdk/runtime';
import * as z from 'zod';

/** The argument with which the satellite's program serves the runs of isolated probes, and does nothing else. */
export const isolatedRole = 'isolated-probe';

export interface IsolatedRun {
  kind: 'run';
  id: number;
  probe: string;
  request: RunRequest;
  timeoutMs: number;
  /** The network policy goes along: there is no way around it. */
  rules: NetworkRules;
}

export type ToProbe = IsolatedRun | { kind: 'cancel'; id: number };

const logLine = z.object({ atMs: z.number(), text: z.string() });

const outcome = z.object({
  verdict: z.enum(verdicts),
  durationMs: z.number(),
  failure: z.object({ side: z.enum(sides), code: z.string(), message: z.string() }).optional(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  assertions: z.array(
    z.object({
      collector: z.number(),
      assertion: z.number(),
      passed: z.boolean(),
      severity: z.enum(['degraded', 'unhealthy']),
      expected: z.string(),
      actual: z.string(),
    }),
  ),
  isLeftBehind: z.literal(true).optional(),
});

/** A probe can write to the channel too: what it says is read with care. */
const fromProbe = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('log'), id: z.number(), line: logLine }),
  z.object({ kind: z.literal('outcome'), id: z.number(), outcome }),
  z.object({ kind: z.literal('stray'), text: z.string() }),
]);
type Said = z.output<typeof fromProbe>;
export type FromProbe = Exclude<Said, { kind: 'outcome' }> | { kind: 'outcome'; id: number; outcome: RunOutcome };

/** null: nothing that this program says. */
export function readFromProbe(message: unknown): FromProbe | null {
  // JSON leaves out what is undefined.
  return (fromProbe.safeParse(message).data as FromProbe | undefined) ?? null;
}
