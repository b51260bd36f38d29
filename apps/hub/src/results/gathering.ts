/** A transaction costs as much as many records: so soon after the last one the next waits for more. */
const gatherMs = 25;
/** So many go at once. */
const enoughRecords = 1_000;

/** How long a group waits for more records. The first after a pause does not wait. */
export function waitForMore(waitingRecords: number, sinceLastGroupMs: number): number {
  return waitingRecords >= enoughRecords ? 0 : Math.max(0, gatherMs - sinceLastGroupMs);
}
