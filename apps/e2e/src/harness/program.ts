// A program under test: what it says, how it ends, and what it leaves behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export interface ProgramOptions {
  cwd: string;
  /** Added to a bare environment (PATH and HOME). */
  env?: Record<string, string>;
}

export class Program {
  private text = '';
  private errorText = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals>;

  /** Starts at the head of a process group of its own, as a shell starts it in a terminal. */
  constructor(command: string, args: string[], { cwd, env = {} }: ProgramOptions) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(command, args, {
      cwd,
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
    }
    this.child.stderr?.on('data', (text: string) => (this.errorText += text));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The program was not started.');
    return this.child.pid;
  }

  /** Everything it has printed so far. */
  get output(): string {
    return this.text;
  }

  /** The part of it that went to standard error. */
  get errors(): string {
    return this.errorText;
  }

  /** Waits until it prints a match; fails with all it printed when it ends before, or takes too long. */
  async says(pattern: RegExp, patienceMs = 60_000): Promise<RegExpExecArray> {
    const tooLate = AbortSignal.timeout(patienceMs);
    while (!pattern.test(this.text)) {
      const news = once(this.child.stdout as Readable, 'data', { signal: tooLate }).catch(() => 'silence');
      const outcome = await Promise.race([news, this.ended.then(() => 'end')]);
      if ((outcome === 'silence' || outcome === 'end') && !pattern.test(this.text)) {
        throw new Error(`It did not say ${pattern.source}, but:\n${this.text}`);
      }
    }
    return pattern.exec(this.text) as RegExpExecArray;
  }

  /** How it ended: an exit code, or the signal that killed it. */
  end(): Promise<number | NodeJS.Signals> {
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What a terminal does at Ctrl-C: every process of the group gets the signal. */
  pressCtrlC(): void {
    process.kill(-this.pid, 'SIGINT');
  }
}

/** Process ids whose command line or environment mentions the text; zombies have neither. */
export function processesMentioning(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => ['cmdline', 'environ'].some((file) => readQuietly(`/proc/${name}/${file}`).includes(text)))
    .map(Number);
}

export function commandLineOf(pid: number): string {
  return readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

/** A process may end between being listed and being looked at. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
