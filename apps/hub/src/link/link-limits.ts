import { maxPayloadBytes, type Limits } from '@checkstack/link';

/** What a satellite may ask of this hub; told in Welcome, and enforced. */
export const linkLimits = {
  heartbeatIntervalMs: 10_000,
  maxBatchRecords: 500,
  maxFrameBytes: maxPayloadBytes.fromSatellite,
  windowBatches: 8,
  /** The longest that a result may have waited on a satellite. */
  spoolMaxAgeMs: 3 * 86_400_000,
} as const satisfies Limits;
