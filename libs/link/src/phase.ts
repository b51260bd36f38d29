/**
 * Where on the grid of its interval a slice is due, in milliseconds: the same on every machine and after every restart.
 * It spreads slices over their interval; their ids are random, so a part of one is as good as a hash.
 */
export function slicePhaseMs(sliceId: string, intervalMs: number): number {
  return Number.parseInt(sliceId.replaceAll('-', '').slice(-12), 16) % intervalMs;
}
