const dayMs = 86_400_000;
const daysAhead = 7;

/** `results_20251123` for `2025-11-23` (UTC). */
export function partitionOf(day: string): string {
  return `results_${day.replaceAll('-', '')}`;
}

export function dayAfter(day: string, days = 1): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** From the oldest result that a satellite may still hold, to a week ahead. */
export function wantedDays(today: string, spoolMaxAgeMs: number): string[] {
  const daysBack = Math.ceil(spoolMaxAgeMs / dayMs);
  return Array.from({ length: daysBack + 1 + daysAhead }, (_, index) => dayAfter(today, index - daysBack));
}

/** Whether every row in the partition is older than the retention. */
export function isExpired(partition: string, today: string, keptDays: number): boolean {
  return partition < partitionOf(dayAfter(today, -keptDays));
}
