/** One measurement of another clock against this process's monotonic one. Its error is at most half the round trip. */
export interface ClockSample {
  offsetMs: number;
  roundTripMs: number;
}

const kept = 8;
/** What two clocks may drift apart while samples are kept. */
const driftMs = 5;

/** The samples to go on with, oldest first. One that contradicts the best of them says that the clock was set: it alone stays. */
export function withSample(samples: readonly ClockSample[], latest: ClockSample): ClockSample[] {
  const best = bestOf(samples);
  if (best && Math.abs(latest.offsetMs - best.offsetMs) > (latest.roundTripMs + best.roundTripMs) / 2 + driftMs)
    return [latest];
  return [...samples, latest].slice(-kept);
}

/** The one with the shortest round trip. */
export function bestOf(samples: readonly ClockSample[]): ClockSample | undefined {
  return samples.reduce<ClockSample | undefined>(
    (best, sample) => (best && best.roundTripMs <= sample.roundTripMs ? best : sample),
    undefined,
  );
}
