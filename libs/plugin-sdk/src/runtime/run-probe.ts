// One run of a probe: time-out, cancel, log, assertions and the verdict. It never throws.
import type { Socket } from 'node:net';
import type { AssertionOutcome } from '../assertion.js';
import type { ProbeContext } from '../context.js';
import type { FactValue, Reading } from '../facts.js';
import { hostFailure } from '../failures.js';
import type { ProbeDefinition } from '../probe.js';
import { ProbeFailure, type Failure, type Verdict } from '../verdict.js';
import { dial } from './dial.js';
import { storedFacts } from './facts.js';
import { exchange } from './http.js';
import { lookup, resolveBySystem } from './lookup.js';
import { maskFor, type Mask } from './mask.js';
import { elapsedMs, seconds, type Network, type Resolve } from './network.js';
import type { NetworkPolicy } from './policy.js';
import { prepare, type Preparation, type RunRequest } from './prepare.js';
import { RunAbort } from './run-abort.js';
import { RunLog, type LogLine } from './run-log.js';
import { inRunScope } from './stray-error.js';
import { describeError, storable } from './text.js';

export interface RunOptions {
  timeoutMs: number;
  policy: NetworkPolicy;
  /** Cancels the run. */
  signal?: AbortSignal;
  /** Each line of the log as it is written, masked. */
  onLog?: (line: LogLine) => void;
  /** In place of the system's resolver. */
  resolve?: Resolve;
}

export interface RunOutcome {
  verdict: Verdict;
  durationMs: number;
  failure?: Failure;
  /** `collector.fact` → value; transient facts are not among them. */
  facts: Record<string, FactValue>;
  /** One per assertion, in order; empty when the run read nothing. */
  assertions: AssertionOutcome[];
  /** The probe has not ended: what it still does belongs to no run. */
  isLeftBehind?: true;
}

export interface PreparedProbe {
  run(options: RunOptions): Promise<RunOutcome>;
}

/** A probe that does not end at its time-out gets this long before it is left behind. */
const graceMs = 500;
const maxTextLength = 1_000;

/** Parses and compiles once what each run of a slice needs. A configuration that cannot run makes each run say so. */
export function prepareProbe(probe: ProbeDefinition, request: RunRequest): PreparedProbe {
  const preparation = prepare(probe, request);
  if ('failure' in preparation) {
    const { failure } = preparation;
    return { run: async (options) => unprepared(failure, maskFor(request.secrets ?? []), options) };
  }
  return { run: (options) => runOnce(preparation, options) };
}

/** For a single run; a slice is prepared once. */
export function runProbe(probe: ProbeDefinition, options: RunRequest & RunOptions): Promise<RunOutcome> {
  return prepareProbe(probe, options).run(options);
}

/** What a run reports that its host ended. The failure's message holds no secrets. */
export function endedRun(failure: ProbeFailure, durationMs: number): RunOutcome {
  return { ...judged(failure, undefined, (text) => text), durationMs, facts: {} };
}

function unprepared(failure: ProbeFailure, mask: Mask, options: RunOptions): RunOutcome {
  const log = new RunLog(mask, options.onLog);
  log.add(failure.message);
  return { ...judged(failure, undefined, mask), durationMs: 0, facts: {} };
}

async function runOnce(preparation: Preparation, options: RunOptions): Promise<RunOutcome> {
  const { probe, evaluator, mask } = preparation;
  const log = new RunLog(mask, options.onLog);
  const startedAt = performance.now();
  const { readings, failure, isLeftBehind } = await bounded(preparation, options, log);
  const left = isLeftBehind ? { isLeftBehind } : {};
  const durationMs = elapsedMs(startedAt);
  if (failure) log.add(failure.message);
  try {
    if (failure && !readings) return { ...judged(failure, undefined, mask), durationMs, facts: {}, ...left };
    if (!readings) throw new TypeError('it returned no readings');
    const evaluation = evaluator.evaluate(readings, mask);
    const facts = storedFacts(probe, readings, mask);
    return { ...judged(failure, evaluation, mask), durationMs, facts };
  } catch (error) {
    return { ...judged(crashed(error), undefined, mask), durationMs, facts: {} };
  }
}

/** A failure of the target or the network is unhealthy; one of ours says nothing about the target. */
function judged(
  failure: ProbeFailure | undefined,
  evaluation: { verdict: Verdict; outcomes: AssertionOutcome[] } | undefined,
  mask: Mask,
): Pick<RunOutcome, 'verdict' | 'assertions' | 'failure'> {
  const assertions = evaluation?.outcomes ?? [];
  if (!failure) return { verdict: evaluation?.verdict ?? 'healthy', assertions };
  const { side, code, message } = failure;
  const isOurs = side === 'satellite' || side === 'config';
  return {
    verdict: isOurs ? 'unknown' : 'unhealthy',
    failure: { side, code, message: storable(mask(message), maxTextLength) },
    assertions,
  };
}

interface Ending {
  readings?: Record<string, Reading>;
  failure?: ProbeFailure;
  isLeftBehind?: true;
}

/** The probe's own end, or the end that the time-out or a cancel makes. Closes what the probe left open. */
async function bounded(preparation: Preparation, options: RunOptions, log: RunLog): Promise<Ending> {
  const { timeoutMs, signal } = options;
  const abort = new RunAbort();
  const opened = new Set<Socket>();
  const network: Network = {
    policy: options.policy,
    abort,
    timeoutMs,
    log: (text) => log.add(text),
    opened,
    resolve: options.resolve ?? resolveBySystem,
  };
  let cancelled = false;
  let ended = false;
  let grace: NodeJS.Timeout | undefined;
  return new Promise<Ending>((resolve) => {
    const stop = (): void => {
      abort.abort();
      for (const socket of opened) socket.destroy();
      clearTimeout(grace);
      const failure = timedOut(timeoutMs, 'the probe was left behind');
      grace = setTimeout(() => end({ failure, isLeftBehind: true }), graceMs);
    };
    const cancel = (): void => {
      cancelled = true;
      stop();
    };
    const end = (ending: Ending): void => {
      ended = true;
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener('abort', cancel);
      abort.abort();
      for (const socket of opened) socket.destroy();
      const failure = cancelled ? hostFailure('cancelled', 'The run was cancelled.') : ending.failure;
      resolve({ ...ending, ...(failure ? { failure } : {}) });
    };
    const timer = setTimeout(stop, timeoutMs);
    if (signal?.aborted) return (cancel(), end({}));
    signal?.addEventListener('abort', cancel, { once: true });
    const crash = (error: unknown): boolean => {
      if (ended) return false;
      end({ failure: crashed(error), isLeftBehind: true });
      return true;
    };
    const scope = { kind: preparation.probe.kind, mask: preparation.mask, crash };
    inRunScope(scope, () => started(preparation, network)).then(
      (readings) => end(abort.isAborted ? { failure: timedOut(timeoutMs) } : { readings }),
      (error: unknown) => end(endingOf(error, abort, timeoutMs)),
    );
  });
}

async function started(preparation: Preparation, network: Network): Promise<Record<string, Reading>> {
  const context: ProbeContext = {
    get signal() {
      return network.abort.signal;
    },
    timeoutMs: network.timeoutMs,
    collectors: preparation.collectors,
    log: (text) => network.log(text),
    dial: (request) => dial(network, request),
    lookup: (host, family) => lookup(network, host, family),
    request: (request) => exchange(network, request),
  };
  return preparation.probe.run(preparation.config, context);
}

function endingOf(error: unknown, { isAborted }: RunAbort, timeoutMs: number): Ending {
  if (error instanceof ProbeFailure) return { failure: error, ...(error.readings ? { readings: error.readings } : {}) };
  if (isAborted) return { failure: timedOut(timeoutMs) };
  return { failure: crashed(error) };
}

function crashed(error: unknown): ProbeFailure {
  const message = `The probe has an error of its own: ${describeError(error)}`;
  return hostFailure('probe_crashed', message, { cause: error });
}

function timedOut(timeoutMs: number, detail?: string): ProbeFailure {
  return hostFailure('timeout', `The run did not end within ${seconds(timeoutMs)}${detail ? `; ${detail}` : ''}.`);
}
