// Errors that a probe throws where nobody can catch them: out of a timer or an event handler, perhaps after its run.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Mask } from './mask.js';
import { describeError, storable } from './text.js';

interface RunScope {
  kind: string;
  mask: Mask;
  /** Ends the run with this error; false when it is over already. */
  crash(error: unknown): boolean;
}

export interface StrayError {
  /** The probe whose run it came from. */
  kind: string;
  /** Masked, of one line. */
  text: string;
  /** The run was under way and reports it as its failure. */
  isReported: boolean;
}

const maxTextLength = 500;
const scopes = new AsyncLocalStorage<RunScope>();

export function inRunScope<T>(scope: RunScope, work: () => T): T {
  return scopes.run(scope, work);
}

/**
 * For a handler of `uncaughtException`: whose run the error came from; null when it is no probe's. Such an error unwound
 * nothing but the probe's own callbacks, so that its host can go on.
 */
export function claimStrayError(error: unknown): StrayError | null {
  const scope = scopes.getStore();
  if (scope === undefined) return null;
  const text = storable(scope.mask(describeError(error)).replace(/\s+/g, ' '), maxTextLength);
  return { kind: scope.kind, text, isReported: scope.crash(error) };
}
