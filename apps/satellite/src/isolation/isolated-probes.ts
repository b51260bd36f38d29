// The processes of isolated probes: started when they are needed, used again, ended when they are idle.
import type { RunOptions, RunOutcome, RunRequest } from '@checkstack/plugin-sdk/runtime';
import { ProbeProcess, type ProbeProcessOptions } from './probe-process.js';

export interface IsolationOptions extends Pick<ProbeProcessOptions, 'program' | 'env'> {
  /** Of JavaScript's heap, in each process. */
  maxHeapMiB?: number;
  /** How long a process may have nothing to do. */
  idleMs?: number;
  onStray: (kind: string, text: string) => void;
}

/** How many processes there are at most, and so how many isolated runs at once. */
export const maxProcesses = 8;

export class IsolatedProbes {
  private readonly processes = new Map<ProbeProcess, NodeJS.Timeout | undefined>();

  constructor(private readonly options: IsolationOptions) {}

  get size(): number {
    return this.processes.size;
  }

  /** One run, in a process that has run nothing but this kind. The caller keeps to `maxProcesses` at once. Never rejects. */
  async run(kind: string, request: RunRequest, options: RunOptions): Promise<RunOutcome> {
    const process = this.idle((one) => one.kind === kind) ?? this.start(kind);
    clearTimeout(this.processes.get(process));
    const outcome = await process.carryOut(request, options);
    if (this.processes.has(process) && !process.isSpent) {
      const { idleMs = 60_000 } = this.options;
      this.processes.set(process, setTimeout(() => this.end(process), idleMs).unref());
    }
    return outcome;
  }

  close(): void {
    for (const process of this.processes.keys()) this.end(process);
  }

  private start(kind: string): ProbeProcess {
    const other = this.processes.size >= maxProcesses ? this.idle(() => true) : undefined;
    if (other !== undefined) this.end(other);
    const { program, env, maxHeapMiB = 256, onStray } = this.options;
    const process: ProbeProcess = new ProbeProcess(kind, {
      program,
      env,
      maxHeapMiB,
      onStray: (text) => onStray(kind, text),
      onEnded: () => this.end(process),
    });
    this.processes.set(process, undefined);
    return process;
  }

  private idle(fits: (process: ProbeProcess) => boolean): ProbeProcess | undefined {
    return [...this.processes.keys()].find((one) => !one.isBusy && !one.isSpent && fits(one));
  }

  private end(process: ProbeProcess): void {
    clearTimeout(this.processes.get(process));
    this.processes.delete(process);
    process.kill();
  }
}
