import assert from 'node:assert/strict';
import type * as z from 'zod';
import type { assertion } from '../assertion.js';
import type { ProbeDefinition } from '../probe.js';
import { NetworkPolicy } from '../runtime/policy.js';
import { runProbe, type RunOptions, type RunOutcome } from '../runtime/run-probe.js';

/** Runs a probe with one of its collectors, under a policy without rules. */
export function runnerOf(probe: ProbeDefinition, collector: string) {
  return (
    config: object,
    assertions: readonly z.input<typeof assertion>[] = [],
    options: Partial<RunOptions> = {},
  ): Promise<RunOutcome> =>
    runProbe(probe, {
      config,
      collectors: [{ collector, assertions: [...assertions] }],
      timeoutMs: 5_000,
      policy: new NetworkPolicy(),
      ...options,
    });
}

/** That a run failed with a code of its probe's table, on the side that the table says. */
export function assertFailure(probe: ProbeDefinition, outcome: RunOutcome, code: string, message = ''): void {
  const { failure } = outcome;
  assert.equal(failure?.code, code, failure?.message ?? 'the run did not fail');
  assert.equal(failure.side, probe.failures[code]?.side, `${code} is not in the probe’s table with this side`);
  assert.ok(failure.message.includes(message), `"${failure.message}" does not say "${message}"`);
}

/** How many sockets and lookups keep this process alive. */
export function networkHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|GetAddr|Connect/.test(name)).length;
}
