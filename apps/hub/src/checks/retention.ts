import type { Assignment } from '@checkstack/api';
import { invalidField } from '../problems.js';

type Retention = Pick<Assignment, 'retentionDays' | 'hourlyRetentionDays' | 'dailyRetentionDays'>;

/** What is kept is kept longer the coarser it is. What is not given follows what is, so that it stays so. */
export function risingRetention(
  given: { [Field in keyof Retention]?: Retention[Field] | undefined },
  before: Retention = { retentionDays: 7, hourlyRetentionDays: 30, dailyRetentionDays: 365 },
): Retention {
  const retentionDays = given.retentionDays ?? before.retentionDays;
  const hourlyRetentionDays = given.hourlyRetentionDays ?? Math.max(before.hourlyRetentionDays, retentionDays + 1);
  const dailyRetentionDays = given.dailyRetentionDays ?? Math.max(before.dailyRetentionDays, hourlyRetentionDays + 1);
  if (hourlyRetentionDays <= retentionDays)
    throw invalidField('hourlyRetentionDays', 'Hours have to be kept longer than runs.');
  if (dailyRetentionDays <= hourlyRetentionDays)
    throw invalidField('dailyRetentionDays', 'Days have to be kept longer than hours.');
  return { retentionDays, hourlyRetentionDays, dailyRetentionDays };
}
