/** A reason why the hub cannot run that the person starting it can mend: one sentence, no stack trace. */
export class StartupError extends Error {
  /** What the process ends with. */
  readonly exitCode: number;

  constructor(sentence: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.name = 'StartupError';
    this.exitCode = options.exitCode ?? 1;
  }
}
