// Runs that a person asked for: their log and outcome go back over the link, never into the spool.
import type { LogLine, RunNow, SatelliteLink } from '@checkstack/link';
import type { Runner } from './runner.js';

/** Log lines that come close together travel together. */
const gatherMs = 100;

export class TestRuns {
  private readonly cancels = new Map<string, AbortController>();

  constructor(private readonly runner: Runner) {}

  async run({ runId, job }: RunNow, link: SatelliteLink): Promise<void> {
    if (this.cancels.has(runId)) return;
    const cancel = new AbortController();
    this.cancels.set(runId, cancel);
    let lines: LogLine[] = [];
    let timer: NodeJS.Timeout | undefined;
    const tell = (outcome: Awaited<ReturnType<Runner['runOnce']>> | null): void => {
      timer = undefined;
      link.send({ kind: 'runProgress', runId, log: lines, outcome });
      lines = [];
    };
    // Whoever asked is told by the hub when the link is gone.
    void link.ended.then(() => cancel.abort());
    const outcome = await this.runner.runOnce(job, cancel.signal, (line) => {
      lines.push(line);
      timer ??= setTimeout(() => tell(null), gatherMs);
    });
    clearTimeout(timer);
    this.cancels.delete(runId);
    tell(outcome);
  }

  cancel(runId: string): void {
    this.cancels.get(runId)?.abort();
  }
}
