/** Whether the disk takes writes; after it refused one it is left alone for a while. */
export class DiskTrust {
  private trouble: { message: string; atMs: number } | null = null;

  constructor(private readonly log: (line: string) => void) {}

  get isTrusted(): boolean {
    return this.trouble === null || performance.now() - this.trouble.atMs >= retryMs;
  }

  /** A sentence while the disk is not trusted, or null. */
  get warning(): string | null {
    return this.trouble === null ? null : `The spool is in memory only: ${this.trouble.message}`;
  }

  lose(error: unknown): void {
    const { message } = error as Error;
    if (this.trouble === null) this.log(`The spool cannot write to its disk and stays in memory: ${message}`);
    this.trouble = { message, atMs: performance.now() };
  }

  regain(): void {
    if (this.trouble !== null) this.log('The spool is on disk again.');
    this.trouble = null;
  }
}

const retryMs = 30_000;
