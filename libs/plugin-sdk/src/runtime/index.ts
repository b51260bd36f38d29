// For the hosts of probes: hub, satellite and specs. Needs Node.
export * from '../descriptor.js';
export * from '../evaluation/evaluate.js';
export * from '../evaluation/validate.js';
export * from '../marks.js';
export {
  sendByChannel,
  sendByIntegration,
  verifyConfig,
  type AttemptOptions,
  type AttemptOutcome,
  type VerifyOutcome,
} from './attempt.js';
export { maskFor, type Mask } from './mask.js';
export type { Resolve, ResolvedAddress } from './network.js';
export { NetworkPolicy, type NetworkRules } from './policy.js';
export type { RunRequest } from './prepare.js';
export type { LogLine } from './run-log.js';
export { endedRun, prepareProbe, runProbe, type PreparedProbe, type RunOptions, type RunOutcome } from './run-probe.js';
export { claimStrayError, type StrayError } from './stray-error.js';
