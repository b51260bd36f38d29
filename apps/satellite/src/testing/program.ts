// The program as it is delivered: one file, in a folder with nothing else in it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A bundle, and the satellites that run it. */
export class Programs {
  private readonly running: Program[] = [];

  private constructor(
    private readonly folder: string,
    readonly path: string,
  ) {}

  /** `probes`: a file of this folder, in place of the built-in ones. */
  static async bundle(probes?: string): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), 'checkstack-program-'));
    const path = join(folder, 'satellite.mjs');
    const sources = ['../../bundle.mjs', ...(probes === undefined ? [] : [probes])];
    const [bundler = '', ...rest] = sources.map((name) => fileURLToPath(new URL(name, import.meta.url)));
    execFileSync(process.execPath, [bundler, path, ...rest]);
    return new Programs(folder, path);
  }

  /** An empty folder to run in. */
  newFolder(): Promise<string> {
    return mkdtemp(join(this.folder, 'run-'));
  }

  start(folder: string, env: Record<string, string>): Program {
    const program = new Program(this.path, folder, env);
    this.running.push(program);
    return program;
  }

  async killAll(): Promise<void> {
    await Promise.all(this.running.splice(0).map((one) => one.kill()));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A running satellite, and what it said. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = '';
  complaints = '';

  constructor(path: string, folder: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, [path], { cwd: folder, env, stdio: 'pipe' });
    this.child.stdout?.on('data', (data) => (this.output += String(data)));
    this.child.stderr?.on('data', (data) => (this.complaints += String(data)));
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
