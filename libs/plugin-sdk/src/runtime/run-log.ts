import type { Mask } from './mask.js';
import { elapsedMs } from './network.js';
import { storable } from './text.js';

export interface LogLine {
  /** Milliseconds since the run began. */
  atMs: number;
  text: string;
}

const maxLines = 200;
const maxLineLength = 2_000;
const maxLength = 64_000;
/** What the mask reads of a line: more than is kept, so that no part of a secret stays at the cut. */
const maxReadLength = 20_000;

/** One run's own log, bounded and without secrets. Costs nothing when nobody reads it. */
export class RunLog {
  private readonly startedAt = performance.now();
  private lines = 0;
  private length = 0;
  private isFull = false;

  constructor(
    private readonly mask: Mask,
    private readonly onLine?: (line: LogLine) => void,
  ) {}

  add(text: string): void {
    if (this.isFull || this.onLine === undefined) return;
    this.isFull = this.lines >= maxLines - 1 || this.length > maxLength;
    const kept = this.isFull ? 'The log ends here: it has reached its limit.' : this.mask(text.slice(0, maxReadLength));
    const line = { atMs: elapsedMs(this.startedAt), text: storable(kept, maxLineLength) };
    this.length += line.text.length;
    this.lines += 1;
    this.onLine(line);
  }
}
