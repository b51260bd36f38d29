export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Raw results live at least so long, however short a retention: late ones have their hour rolled up again from them. */
export const rawDaysAtLeast = 4;

export interface Tier {
  name: 'hourly' | 'daily';
  table: string;
  lengthMs: number;
  /** The progress that it follows. */
  follows: 'closed' | 'hourly';
  /** What it is made of, and when that was. */
  source: { table: string; at: string };
  /** For how many days a bucket can be made again, from all that it was made of; `a` is the assignment. */
  sourceDays: string;
}

export const hourly: Tier = {
  name: 'hourly',
  table: 'hourly_rollups',
  lengthMs: hourMs,
  follows: 'closed',
  source: { table: 'results', at: 'slot' },
  sourceDays: `greatest(a.retention_days, ${rawDaysAtLeast})`,
};

export const daily: Tier = {
  name: 'daily',
  table: 'daily_rollups',
  lengthMs: dayMs,
  follows: 'hourly',
  source: { table: 'hourly_rollups', at: 'from_at' },
  sourceDays: 'a.hourly_retention_days',
};
