import type { RosterApplied, RosterUpdate } from '@checkstack/link';

interface Held {
  revision: number;
  digest: string;
}

/** After so long without an answer the satellite is taken to hold nothing, and gets the whole roster. */
const answerWithinMs = 30_000;
const nothing: Held = { revision: 0, digest: '' };

/** Brings one satellite's roster up to date: one update under way at a time, the next from what the satellite then holds. */
export class RosterFeed {
  private sentAtMs: number | null = null;
  private isMaking = false;
  private isStale = false;

  constructor(
    private held: Held,
    private readonly make: (held: Held) => Promise<RosterUpdate | null>,
    private readonly send: (update: RosterUpdate) => void,
  ) {}

  /** Something changed, or may have changed. */
  async refresh(): Promise<void> {
    this.isStale = true;
    if (this.isMaking || this.isWaiting()) return;
    this.isMaking = true;
    try {
      this.isStale = false;
      const update = await this.make(this.held);
      if (!update) return;
      this.sentAtMs = performance.now();
      this.send(update);
    } catch (error) {
      this.isStale = true;
      throw error;
    } finally {
      this.isMaking = false;
    }
  }

  /** The revision that is to be held; tells what a lost notice did not. */
  async expect(revision: number): Promise<void> {
    if (this.isStale || this.held.revision !== revision) await this.refresh();
  }

  /** A refused update is answered with the whole roster, at the next `expect`: not in a circle at full speed. */
  async applied({ revision, digest, problem }: RosterApplied): Promise<void> {
    this.sentAtMs = null;
    this.held = problem === '' ? { revision, digest } : nothing;
    if (problem === '' && this.isStale) await this.refresh();
  }

  private isWaiting(): boolean {
    if (this.sentAtMs === null) return false;
    if (performance.now() - this.sentAtMs < answerWithinMs) return true;
    this.sentAtMs = null;
    this.held = nothing;
    return false;
  }
}
