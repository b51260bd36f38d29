import { Injectable, Logger } from '@nestjs/common';
import { Coalescer } from '../cluster/coalescer.js';
import { Notices } from '../cluster/notices.js';
import { chunks, StateNotices, type Turned } from '../health/state-notices.js';
import { OnsetAllowance } from './onset-allowance.js';
import type { Stored } from './result-store.js';

type RunKey = [slice: number, slotMs: number, attempt: number];

const runsEveryMs = 100;
/** Somebody may be waiting to see it. */
const changesEveryMs = 40;
/** As many run keys as fit one notice. */
const runsANotice = 220;
const slicesANotice = 600;

/** Tells every replica what was stored: after the commit, coalesced, for NOTIFY inside a transaction makes all others wait. */
@Injectable()
export class IngestNotices {
  private readonly logger = new Logger('results');
  private readonly runs: Coalescer<RunKey>;
  private readonly changes: Coalescer<Turned>;
  private readonly onsets: Coalescer<number>;
  private readonly allowance = new OnsetAllowance();

  constructor(
    private readonly notices: Notices,
    private readonly stateNotices: StateNotices,
  ) {
    this.runs = new Coalescer(runsEveryMs, (runs) => this.tell(this.publishRuns(runs)));
    this.changes = new Coalescer(changesEveryMs, (changes) => this.tell(this.publishChanges(changes)));
    this.onsets = new Coalescer(changesEveryMs, (slices) => this.tell(this.publishOnsets(slices)));
  }

  stored({ rows, turned, onsets }: Stored): void {
    this.runs.add(rows.map(({ slice, run }) => [slice.number, run.slotMs, run.attempt]));
    if (turned) this.changes.add([turned]);
    const told = onsets.filter(({ satellite }) => this.allowance.take(satellite.id, performance.now()));
    if (told.length > 0) this.onsets.add(told.map(({ slice }) => slice.number));
  }

  close(): void {
    this.runs.close();
    this.changes.close();
    this.onsets.close();
  }

  private async publishRuns(runs: RunKey[]): Promise<void> {
    await this.notices.publishAll(
      'results',
      chunks(runs, runsANotice).map((part) => ({ runs: part })),
    );
  }

  private async publishOnsets(slices: number[]): Promise<void> {
    for (const part of chunks(slices, slicesANotice)) await this.notices.publish('onset', { slices: part });
  }

  private async publishChanges(changes: Turned[]): Promise<void> {
    await this.stateNotices.publish({
      slices: changes.flatMap(({ slices }) => slices),
      checkIds: [...new Set(changes.flatMap(({ checkIds }) => checkIds))],
      systemIds: [...new Set(changes.flatMap(({ systemIds }) => systemIds))],
    });
  }

  /** A notice is a hint: whoever misses one reads the tables a little later. */
  private tell(published: Promise<void>): void {
    published.catch((error: Error) => this.logger.debug(`A notice was not sent: ${error.message}`));
  }
}
