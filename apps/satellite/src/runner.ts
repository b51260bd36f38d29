// Carries runs out: finds the probe, prepares a slice once, keeps slow kinds in a lane of their own.
import { attempts, fitOutcome, type Job, type Outcome, type Slice } from '@checkstack/link';
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import {
  prepareProbe,
  type LogLine,
  type PreparedProbe,
  type RunOutcome,
  type RunRequest,
} from '@checkstack/plugin-sdk/runtime';
import type { Clock } from './clock.js';
import { maxProcesses, type IsolatedProbes } from './isolation/isolated-probes.js';
import { Lane } from './lane.js';
import type { Policy } from './policy.js';
import { refused } from './refused.js';

/**
 * How many runs of a lane may be under way at once: many that hang must not hold those up that would not. Of these, those
 * that are on no grid: when a roster comes all slices want one, which must neither delay what is due nor take memory for all.
 */
const lanePlaces = {
  light: { all: 2_000, extra: 100 },
  process: { all: 8, extra: 4 },
  isolated: { all: maxProcesses, extra: Math.ceil(maxProcesses / 2) },
};

/** A job that is ready to be run again and again. */
interface Prepared {
  digest: string;
  timeoutMs: number;
  probe: PreparedProbe | Refusal;
}

interface Refusal {
  side: 'satellite' | 'config';
  code: string;
  message: string;
}

export class Runner {
  private readonly lanes = {
    light: new Lane(lanePlaces.light),
    process: new Lane(lanePlaces.process),
    isolated: new Lane(lanePlaces.isolated),
  };
  private readonly prepared = new Map<string, Prepared>();
  private started = 0;

  constructor(
    private readonly probes: ReadonlyMap<string, ProbeDefinition>,
    private readonly policy: Policy,
    private readonly clock: Clock,
    private readonly isolatedProbes?: IsolatedProbes,
  ) {}

  get kinds(): string[] {
    return [...this.probes.keys()];
  }

  /** Those that the policy forbids. */
  get refusedKinds(): string[] {
    const refused = [...this.probes.values()].filter((probe) => this.policy.refuseProbe(probe) !== null);
    return refused.map(({ kind }) => kind);
  }

  get running(): number {
    return Object.values(this.lanes).reduce((busy, lane) => busy + lane.busy, 0);
  }

  /** Runs since the last call. */
  takeStarted(): number {
    const started = this.started;
    this.started = 0;
    return started;
  }

  /** One run of a slice; never rejects. One that is on no grid gives way to those that are due. */
  async run(slice: Slice, signal: AbortSignal, attempt: number = attempts.scheduled): Promise<Outcome> {
    return this.carryOut(slice.job, () => this.preparedFor(slice), signal, { isExtra: attempt !== attempts.scheduled });
  }

  /** One run of a job that is no slice's; its log is told line by line. Never rejects. */
  async runOnce(job: Job, signal: AbortSignal, onLog: (line: LogLine) => void): Promise<Outcome> {
    return this.carryOut(job, () => this.prepare(job, ''), signal, { onLog });
  }

  /** Forgets what was prepared for slices that are not held any more. */
  keepOnly(slices: readonly Slice[]): void {
    const held = new Set(slices.map(({ id }) => id));
    for (const id of this.prepared.keys()) if (!held.has(id)) this.prepared.delete(id);
  }

  private async carryOut(
    { kind }: Job,
    prepare: () => Prepared,
    signal: AbortSignal,
    { isExtra = false, onLog }: { isExtra?: boolean; onLog?: (line: LogLine) => void },
  ): Promise<Outcome> {
    const lane = this.laneOf(kind);
    await lane.enter(isExtra);
    const startedAtMs = Math.round(this.clock.now());
    this.started += 1;
    try {
      // Not before its turn comes: with a whole roster at once nothing else would come to its own.
      const { probe, timeoutMs } = prepare();
      if (!('run' in probe)) {
        onLog?.({ atMs: 0, text: probe.message });
        return refused(probe.side, probe.code, probe.message, startedAtMs);
      }
      const outcome = await probe.run({ timeoutMs, policy: this.policy.network, signal, ...(onLog && { onLog }) });
      return toOutcome(outcome, startedAtMs);
    } catch (error) {
      return refused('satellite', 'runner_failed', notCarriedOut(error), startedAtMs);
    } finally {
      lane.leave(isExtra);
    }
  }

  private laneOf(kind: string): Lane {
    const probe = this.probes.get(kind);
    return this.lanes[probe?.isolated ? 'isolated' : (probe?.lane ?? 'light')];
  }

  private preparedFor({ id, job, definitionDigest }: Slice): Prepared {
    const known = this.prepared.get(id);
    if (known?.digest === definitionDigest) return known;
    const prepared = this.prepare(job, definitionDigest);
    this.prepared.set(id, prepared);
    return prepared;
  }

  private prepare(job: Job, digest: string): Prepared {
    return { digest, timeoutMs: job.timeoutMs, probe: this.prepareJob(job) };
  }

  private prepareJob(job: Job): PreparedProbe | Refusal {
    const probe = this.probes.get(job.kind);
    if (probe === undefined) {
      const message = `This satellite cannot run ${job.kind} checks: update it.`;
      return { side: 'satellite', code: 'unknown_kind', message };
    }
    const rule = this.policy.refuseProbe(probe);
    if (rule !== null) {
      const message = `The policy of this satellite does not allow ${job.kind} checks: ${rule}.`;
      return { side: 'config', code: 'refused_by_policy', message };
    }
    let config: unknown;
    let collectors: RunRequest['collectors'];
    try {
      config = JSON.parse(job.configJson);
      collectors = job.collectors.map(({ name, configJson, assertionsJson }) => ({
        collector: name,
        config: JSON.parse(configJson) as Record<string, unknown>,
        assertions: JSON.parse(assertionsJson) as [],
      }));
    } catch {
      // The parser's own words quote the text, and with it secrets.
      return { side: 'config', code: 'invalid_config', message: 'The configuration of the check is not JSON.' };
    }
    try {
      const request = { config, collectors };
      const { isolatedProbes } = this;
      if (!probe.isolated) return prepareProbe(probe, request);
      if (isolatedProbes === undefined) throw new Error('nothing is there to isolate it');
      return { run: (options) => isolatedProbes.run(job.kind, request, options) };
    } catch (error) {
      return { side: 'satellite', code: 'runner_failed', message: notCarriedOut(error) };
    }
  }
}

function notCarriedOut(error: unknown): string {
  return `The run could not be carried out: ${(error as Error).message}`;
}

function toOutcome(outcome: RunOutcome, startedAtMs: number): Outcome {
  return fitOutcome({
    verdict: outcome.verdict,
    startedAtMs,
    durationMs: outcome.durationMs,
    failure: outcome.failure ?? null,
    facts: outcome.facts,
    assertions: outcome.assertions.filter(({ passed }) => !passed),
  });
}
