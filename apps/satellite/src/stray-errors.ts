// Errors that probes threw after their runs: they end nothing, and are not kept silent about.
import { monotonicNow } from './clock.js';

/** How long the hub is told of the last one. */
const toldForMs = 3_600_000;

export class StrayErrors {
  private readonly byKind = new Map<string, { count: number; text: string; at: number }>();

  constructor(private readonly log: (line: string) => void) {}

  /** `text` holds no secrets. */
  note(kind: string, text: string): void {
    const before = this.byKind.get(kind);
    this.byKind.set(kind, { count: (before?.count ?? 0) + 1, text, at: monotonicNow() });
    if (before?.text !== text) this.log(`The ${kind} probe threw an error after its run: ${text}`);
  }

  get warnings(): string[] {
    const since = monotonicNow() - toldForMs;
    return [...this.byKind]
      .filter(([, { at }]) => at > since)
      .map(([kind, { count, text }]) => `The ${kind} probe threw errors after its runs (${count}), the last: ${text}`);
  }
}
