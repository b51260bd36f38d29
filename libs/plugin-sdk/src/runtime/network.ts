import type { Socket } from 'node:net';
import type { IpFamily } from '../context.js';
import type { NetworkPolicy } from './policy.js';
import type { RunAbort } from './run-abort.js';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** Asks for all addresses of a name. */
export type Resolve = (host: string, family: IpFamily) => Promise<ResolvedAddress[]>;

/** What one run's network access is bound by. */
export interface Network {
  policy: NetworkPolicy;
  /** At the time-out, on cancel, and when the run has ended. */
  abort: RunAbort;
  timeoutMs: number;
  log(text: string): void;
  /** Everything that was opened; the run closes what is left. */
  opened: Set<Socket>;
  resolve: Resolve;
}

/** A time-out as people read it. */
export function seconds(timeoutMs: number): string {
  return `${Math.round(timeoutMs / 100) / 10} s`;
}

/** Milliseconds since a reading of `performance.now()`, to the microsecond. */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1000) / 1000;
}

/** Settles with the work, or with `late` as soon as the run is over. */
export function orAborted<T>(abort: RunAbort, work: Promise<T>, late: () => Error): Promise<T> {
  if (abort.isAborted) {
    work.catch(() => {});
    return Promise.reject(late());
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(late());
    abort.listen(onAbort);
    work.then(resolve, reject).finally(() => abort.unlisten(onAbort));
  });
}
