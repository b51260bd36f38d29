/** The longest and the most that one frame may carry. Text is counted in UTF-16 units, as `length` does. */
export const frameLimits = {
  /** Names, kinds, versions, codes, reasons. */
  name: 255,
  /** Sentences for people: failure messages, problems, log lines, warnings, what an assertion expected and saw. */
  sentence: 8_192,
  factText: 65_536,
  /** All texts of one outcome together. */
  outcomeText: 262_144,
  /** One encoded record, so that each fits into a frame. */
  recordBytes: 1_048_576,
  /** Config and assertions. */
  json: 1_048_576,
  records: 10_000,
  slices: 50_000,
  streams: 10_000,
  probeKinds: 1_000,
  collectors: 200,
  facts: 2_000,
  assertions: 2_000,
  labels: 200,
  logLines: 10_000,
  warnings: 100,
} as const;

/** What a satellite may send in one WebSocket message, and what a hub may: a whole roster is the largest frame there is. */
export const maxPayloadBytes = { fromSatellite: 2 * 1_048_576, fromHub: 64 * 1_048_576 } as const;
