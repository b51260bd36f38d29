// The satellite's side: one process, which runs one kind of isolated probe, one run at a time.
import { fork, type ChildProcess } from 'node:child_process';
import { hostFailure } from '@checkstack/plugin-sdk';
import { endedRun, type RunOptions, type RunOutcome, type RunRequest } from '@checkstack/plugin-sdk/runtime';
import { isolatedRole, readFromProbe, type FromProbe, type ToProbe } from './messages.js';
import { outOfMemory } from './watchdog.js';

export interface ProbeProcessOptions {
  /** A program that calls `serveRuns` when its first argument is `isolatedRole`. */
  program: string;
  env: Readonly<Record<string, string>>;
  /** Of JavaScript's heap; the whole process may take `besidesHeapMiB` more. */
  maxHeapMiB: number;
  /** An error that the probe threw after its run. */
  onStray: (text: string) => void;
  onEnded: () => void;
}

const mebibyte = 1_048_576;
/** What Node takes by itself, and buffers. */
const besidesHeapMiB = 160;
const startPatienceMs = 15_000;
/** The process leaves a run behind half a second after its time-out; one that has not said so by then is killed. */
const graceMs = 1_000;
/** Runs in one life: what leaks does not leak for ever. */
const maxRuns = 500;
/** How long what a dead process wrote is waited for: a child of its own may hold its output open. */
const lastWordsMs = 500;
const maxLastWords = 4_096;

interface Run {
  id: number;
  onMessage: (message: FromProbe) => void;
  onGone: () => void;
}

export class ProbeProcess {
  isBusy = false;
  /** Not to be used for another run. */
  isSpent = false;
  private readonly child: ChildProcess;
  private readonly started: Promise<void>;
  private run: Run | null = null;
  private runs = 0;
  /** null while it lives. */
  private end: string | null = null;
  private lastWords = '';

  constructor(
    readonly kind: string,
    private readonly options: ProbeProcessOptions,
  ) {
    const { program, env, maxHeapMiB } = options;
    const maxBytes = (maxHeapMiB + besidesHeapMiB) * mebibyte;
    this.child = fork(program, [isolatedRole, String(maxBytes)], {
      env,
      execArgv: [`--max-old-space-size=${maxHeapMiB}`],
      // Whatever a probe prints may hold secrets.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own, with what it starts itself.
      detached: process.platform !== 'win32',
    });
    this.started = this.awaitStart();
    this.started.catch(() => undefined);
  }

  /** Never rejects. */
  async carryOut(request: RunRequest, options: RunOptions): Promise<RunOutcome> {
    this.isBusy = true;
    try {
      await this.started;
    } catch (error) {
      const message = `The process of the ${this.kind} probe could not be started: ${(error as Error).message}.`;
      return endedRun(hostFailure('process_not_started', message), 0);
    }
    const outcome = await this.exchange(request, options);
    this.isBusy = false;
    if (outcome.isLeftBehind || this.runs >= maxRuns) this.kill();
    return outcome;
  }

  /** With everything it started. */
  kill(): void {
    this.isSpent = true;
    const { pid } = this.child;
    // Its number may be another one's by now.
    if (this.end !== null) return;
    try {
      if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
      else this.child.kill('SIGKILL');
    } catch {
      // It is gone already.
    }
  }

  private awaitStart(): Promise<void> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const patience = setTimeout(
        () => this.gone(`it was not ready within ${startPatienceMs / 1000} s`),
        startPatienceMs,
      );
      this.run = {
        id: 0,
        onMessage: ({ kind }) => {
          if (kind !== 'ready') return;
          clearTimeout(patience);
          this.run = null;
          resolve();
        },
        onGone: () => {
          clearTimeout(patience);
          reject(new Error(this.end ?? ''));
        },
      };
      child.on('error', (error) => this.gone(error.message));
      child.on('message', (message) => this.take(readFromProbe(message)));
      // Without its channel it is of no use, and would not learn that the satellite is gone.
      child.on('disconnect', () => this.kill());
      child.on('exit', (code, signal) => {
        this.kill();
        const end = signal === null ? `it ended itself with exit code ${code}` : `it was ended by ${signal}`;
        setTimeout(() => this.gone(end), lastWordsMs).unref();
        child.once('close', () => this.gone(end));
      });
      child.stderr?.on('data', (data) => (this.lastWords = (this.lastWords + String(data)).slice(-maxLastWords)));
    });
  }

  private exchange(request: RunRequest, { timeoutMs, policy, signal, onLog }: RunOptions): Promise<RunOutcome> {
    const id = ++this.runs;
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const finish = (outcome: RunOutcome): void => {
        clearTimeout(deadline);
        signal?.removeEventListener('abort', cancel);
        this.run = null;
        resolve(outcome);
      };
      const cutOff = (failure: Parameters<typeof endedRun>[0]): void => {
        this.kill();
        finish(endedRun(failure, performance.now() - startedAt));
      };
      const overdue = (): void => {
        const seconds = Math.round(timeoutMs / 100) / 10;
        const message = `The run did not end within ${seconds} s; the probe did not answer any more, and its process was killed.`;
        cutOff(signal?.aborted ? cancelled() : hostFailure('timeout', message));
      };
      let deadline = setTimeout(overdue, timeoutMs + graceMs);
      const cancel = (): void => {
        clearTimeout(deadline);
        deadline = setTimeout(overdue, graceMs);
        this.send({ kind: 'cancel', id });
      };
      this.run = {
        id,
        onMessage: (message) => {
          if (message.kind === 'log') onLog?.(message.line);
          if (message.kind === 'outcome') finish(message.outcome);
        },
        onGone: () => cutOff(this.crash()),
      };
      if (this.end !== null) return cutOff(this.crash());
      if (signal?.aborted) return finish(endedRun(cancelled(), 0));
      signal?.addEventListener('abort', cancel, { once: true });
      this.send({ kind: 'run', id, probe: this.kind, request, timeoutMs, rules: policy.rules });
    });
  }

  private crash(): ReturnType<typeof hostFailure> {
    if (outOfMemory.test(this.lastWords)) {
      const message = `The probe needs more memory than it may have (${this.options.maxHeapMiB} MiB); its process was killed.`;
      return hostFailure('probe_out_of_memory', message);
    }
    return hostFailure('probe_crashed', `The probe’s process is gone: ${this.end}.`);
  }

  private take(message: FromProbe | null): void {
    if (message === null) return;
    if (message.kind === 'stray') return this.options.onStray(message.text);
    const id = message.kind === 'ready' ? 0 : message.id;
    if (this.run?.id === id) this.run.onMessage(message);
  }

  private gone(end: string): void {
    if (this.end !== null) return;
    this.kill();
    this.end = end;
    this.run?.onGone();
    this.options.onEnded();
  }

  private send(message: ToProbe): void {
    // That it could not be sent shows in the end of the process.
    this.child.send(message, () => undefined);
  }
}

function cancelled(): ReturnType<typeof hostFailure> {
  return hostFailure('cancelled', 'The run was cancelled.');
}
