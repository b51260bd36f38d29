import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface SupervisedProcessOptions {
  /** A Node program. */
  program: string;
  env: Record<string, string>;
  /** Each line it writes, and what becomes of it. */
  log: (line: string) => void;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** After so long a life the next start does not wait. */
const settledAfterMs = 60_000;
const stopPatienceMs = 8_000;

/**
 * A child that is started again when it dies, later each time. Its standard input is a pipe that ends with this process,
 * however this process ends: by that the child knows that it is alone.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private delayMs = firstDelayMs;
  private stopped = false;

  constructor(private readonly options: SupervisedProcessOptions) {
    this.start();
  }

  /** Asks it to end, then makes it. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child === undefined) return;
    const force = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    child.stdin?.end();
    await gone;
    clearTimeout(force);
  }

  private start(): void {
    const { program, env, log } = this.options;
    const startedAt = performance.now();
    const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    // It may be gone before it reads.
    child.stdin.on('error', () => undefined);
    for (const output of [child.stdout, child.stderr]) createInterface(output).on('line', log);
    child.once('error', (error) => log(`It cannot be started: ${error.message}`));
    child.once('close', (code, signal) => {
      this.child = undefined;
      if (this.stopped) return;
      if (performance.now() - startedAt > settledAfterMs) this.delayMs = firstDelayMs;
      log(`It ended (${signal ?? `exit code ${code}`}); it is started again in ${this.delayMs / 1000} s.`);
      this.timer = setTimeout(() => this.start(), this.delayMs);
      this.delayMs = Math.min(longestDelayMs, this.delayMs * 2);
    });
  }
}
