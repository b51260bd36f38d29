// Whether it is the satellite's own network that fails: when many of its checks lose their targets together.
import type { Outcome, Slice } from '@checkstack/link';
import type { HostFailureCode } from '@checkstack/plugin-sdk';

/** The last run of a slice that had a verdict. */
export interface LastRun {
  slice: Slice;
  /** Monotonic milliseconds, as every time here. */
  atMs: number;
  isFailing: boolean;
  /** When it went from healthy to getting no answer; null: it did not. */
  lostAtMs: number | null;
}

export interface NetworkTrouble {
  sinceMs: number;
  lost: number;
  ran: number;
  withinMs: number;
}

/** With fewer there is nothing to tell one target's trouble from all of them by. */
const fewestLost = 5;
const fewestTargets = 3;
const togetherMs = { least: 60_000, most: 600_000 };

const unanswered: ReadonlySet<string> = new Set<HostFailureCode>([
  'dns_not_found',
  'dns_failed',
  'dns_timeout',
  'connect_refused',
  'connect_timeout',
  'network_unreachable',
  'host_unreachable',
  'connection_reset',
  'connect_failed',
  'tls_timeout',
  'response_timeout',
  'connection_closed',
  'proxy_unreachable',
  'timeout',
]);

/** Nothing that the target said is known: it may as well be this satellite that cannot hear. */
export function isUnanswered({ failure }: Pick<Outcome, 'failure'>): boolean {
  return failure !== null && unanswered.has(failure.code);
}

/**
 * It begins when at least five slices, of at least three targets and half of those that ran of late, lost their targets
 * together, and goes on while half of them get no answer.
 */
export function networkTrouble(
  lastRuns: Iterable<LastRun>,
  nowMs: number,
  before: NetworkTrouble | null,
): NetworkTrouble | null {
  let ran = 0;
  const lostAt: number[] = [];
  const targets = new Set<string>();
  for (const { slice, atMs, lostAtMs } of lastRuns) {
    const since = nowMs - spanOf(slice);
    if (atMs < since) continue;
    ran += 1;
    if (lostAtMs === null || lostAtMs < (before?.sinceMs ?? since)) continue;
    lostAt.push(lostAtMs);
    if (targets.size < fewestTargets) targets.add(targetOf(slice));
  }
  const lost = lostAt.length;
  if (lost === 0 || lost * 2 < ran) return null;
  if (before === null && (lost < fewestLost || targets.size < fewestTargets)) return null;
  // How it began is told, not how it gets better.
  if (before !== null && lost <= before.lost) return before;
  const sinceMs = lostAt.reduce((first, at) => Math.min(first, at));
  return { sinceMs, lost, ran, withinMs: lostAt.reduce((last, at) => Math.max(last, at)) - sinceMs };
}

export function warningOf({ lost, ran, withinMs }: NetworkTrouble): string {
  const seconds = Math.max(1, Math.ceil(withinMs / 1000));
  return `${lost} of ${ran} checks began to fail within ${seconds} s: the network of this satellite may be at fault.`;
}

/** How long a run of the slice counts as a recent one. */
function spanOf({ schedule }: Slice): number {
  const intervalMs = schedule.kind === 'interval' ? schedule.intervalMs : 0;
  return Math.min(togetherMs.most, Math.max(togetherMs.least, intervalMs));
}

/** Checks of one host fail together for the host's own reasons. */
function targetOf({ job }: Slice): string {
  try {
    const { url, host } = JSON.parse(job.configJson) as Record<string, unknown>;
    return typeof url === 'string' ? new URL(url).hostname : typeof host === 'string' ? host : job.configJson;
  } catch {
    return job.configJson;
  }
}
