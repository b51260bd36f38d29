/** The reason of every abort: making one for each run costs more than the abort. */
const over = new Error('The run is over.');

/**
 * Tells the parts of one run that it is over: time-out, cancel, or its end. An AbortSignal with its events costs a run more
 * than its whole bookkeeping, so that there is one only for those who ask for it.
 */
export class RunAbort {
  isAborted = false;
  private controller: AbortController | undefined;
  private readonly listeners = new Set<() => void>();

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isAborted) this.controller.abort(over);
    }
    return this.controller.signal;
  }

  /** Not called when it is over already: whoever listens looks first, or then. */
  listen(listener: () => void): void {
    this.listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(): void {
    if (this.isAborted) return;
    this.isAborted = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
    this.controller?.abort(over);
  }
}
