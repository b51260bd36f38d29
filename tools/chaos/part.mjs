// One process of the network under trial: can be killed, frozen, stopped, and comes back as under a supervisor.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const restartAfterMs = 500;
const stopPatienceMs = 35_000;

export class Part {
  /** Times it ended without being asked to. */
  surprises = [];
  #child;
  #ended;
  #isWanted = false;

  /** `settings` answers { args, env, cwd }, anew for each start. */
  constructor(name, settings, logFile) {
    this.name = name;
    this.settings = settings;
    this.log = createWriteStream(logFile, { flags: 'a' });
  }

  get pid() {
    return this.#child?.pid;
  }

  start() {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#launch();
  }

  #launch() {
    const { args, env, cwd } = this.settings();
    const child = spawn(process.execPath, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.log.write(`--- started as ${child.pid}\n`);
    child.stdout.pipe(this.log, { end: false });
    child.stderr.pipe(this.log, { end: false });
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    child.once('close', (code, signal) => {
      this.log.write(`--- ended (${signal ?? code})\n`);
      if (!this.#isWanted || this.#child !== child) return;
      this.surprises.push(`${this.name} ended by itself (${signal ?? code})`);
      setTimeout(() => this.#isWanted && this.#child === child && this.#launch(), restartAfterMs);
    });
  }

  signal(signal) {
    this.#child?.kill(signal);
  }

  async end(signal) {
    this.#isWanted = false;
    this.signal(signal);
    this.signal('SIGCONT');
    const isOver = await Promise.race([
      this.#ended?.then(() => true) ?? true,
      delay(stopPatienceMs, false, { ref: false }),
    ]);
    if (isOver) return;
    this.surprises.push(`${this.name} did not stop within ${stopPatienceMs / 1000} s`);
    this.signal('SIGKILL');
    await this.#ended;
  }

  async killedFor(ms) {
    await this.end('SIGKILL');
    await delay(ms);
    this.start();
  }

  async frozenFor(ms) {
    this.signal('SIGSTOP');
    await delay(ms);
    this.signal('SIGCONT');
  }

  async restarted() {
    await this.end('SIGTERM');
    this.start();
  }
}
