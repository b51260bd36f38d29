// Which failing runs are worth one more at once, and how many such runs a satellite may make.
import type { Outcome, Slice } from '@checkstack/link';
import { monotonicNow } from './clock.js';
import { isUnanswered, networkTrouble, warningOf, type LastRun, type NetworkTrouble } from './own-network.js';

/** Of each scheduled run: confirm runs are a tenth of them at most. */
const earned = 0.1;
/** Enough for what depends on one thing to be confirmed together when that fails. */
const mostSaved = 10;
const reviewEveryMs = 1_000;

export class Confirmations {
  private readonly lastRuns = new Map<string, LastRun>();
  private allowance = 1;
  private trouble: NetworkTrouble | null = null;
  private reviewedAtMs = -Infinity;

  /** Takes note of a run. `isOnset`: the slice was not known to fail before. `told`: the outcome as it is to be recorded. */
  observe(slice: Slice, attempt: number, outcome: Outcome): { told: Outcome; isOnset: boolean } {
    if (attempt === 0) this.allowance = Math.min(mostSaved, this.allowance + earned);
    if (outcome.verdict === 'unknown') return { told: outcome, isOnset: false };
    const atMs = monotonicNow();
    const before = this.lastRuns.get(slice.id);
    const isFailing = outcome.verdict !== 'healthy';
    const isOnset = isFailing && before?.isFailing !== true;
    const isDeaf = isFailing && isUnanswered(outcome);
    const isLost = isDeaf && isOnset && before !== undefined;
    const lostAtMs = isLost ? atMs : isDeaf ? (before?.lostAtMs ?? null) : null;
    this.lastRuns.set(slice.id, { slice, atMs, isFailing, lostAtMs });
    if (isLost || (this.trouble !== null && atMs - this.reviewedAtMs >= reviewEveryMs)) this.review(atMs);
    return { told: this.trouble !== null && isDeaf ? ofNetwork(outcome) : outcome, isOnset };
  }

  isFailing(sliceId: string): boolean {
    return this.lastRuns.get(sliceId)?.isFailing === true;
  }

  /** Whether a confirm run may be made now; one that may is counted. */
  take(): boolean {
    // 1 − ε: ten tenths do not add up to one.
    if (this.trouble !== null || this.allowance < 1 - 1e-9) return false;
    this.allowance -= 1;
    return true;
  }

  /** What was known of the slice does not hold any more. */
  forget(sliceId: string): void {
    this.lastRuns.delete(sliceId);
  }

  get warnings(): string[] {
    if (this.trouble !== null) this.review(monotonicNow());
    return this.trouble === null ? [] : [warningOf(this.trouble)];
  }

  private review(nowMs: number): void {
    this.reviewedAtMs = nowMs;
    this.trouble = networkTrouble(this.lastRuns.values(), nowMs, this.trouble);
  }
}

function ofNetwork(outcome: Outcome): Outcome {
  return outcome.failure === null ? outcome : { ...outcome, failure: { ...outcome.failure, side: 'network' } };
}
