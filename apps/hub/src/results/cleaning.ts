import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../cluster/jobs.js';
import { linkLimits } from '../link/link-limits.js';

const dayMs = 86_400_000;
/** A cursor outlives the oldest record that it may still have to recognise. */
const cursorDays = linkLimits.spoolMaxAgeMs / dayMs + 1;

/** The longest span there is to be asked for. */
const longestDays = 1096;

/** What nobody can ask for any more, states of things that were deleted among it. */
const statements = [
  `DELETE FROM streams WHERE updated_at < now() - interval '${cursorDays} days'`,
  `DELETE FROM gaps USING slices s JOIN assignments a ON a.id = s.assignment_id
   WHERE s.number = slice_number AND to_slot < now() - make_interval(days => a.daily_retention_days)`,
  `DELETE FROM state_intervals WHERE to_at < now() - interval '${longestDays} days'`,
  `DELETE FROM rejected_results WHERE at < now() - interval '7 days'`,
  `DELETE FROM events WHERE at < now() - interval '30 days'`,
  `DELETE FROM state_intervals i WHERE NOT EXISTS (
     SELECT FROM slices WHERE i.subject_kind = 0 AND id = i.subject_id UNION ALL
     SELECT FROM checks WHERE i.subject_kind = 1 AND id = i.subject_id UNION ALL
     SELECT FROM systems WHERE i.subject_kind = 2 AND id = i.subject_id UNION ALL
     SELECT FROM assignments WHERE i.subject_kind = 3 AND id = i.subject_id)`,
];

/** Once a day. */
@Injectable()
export class Cleaning implements OnModuleInit {
  constructor(private readonly jobs: Jobs) {}

  onModuleInit(): void {
    this.jobs.every('results-cleaning', { cron: '40 0 * * *' }, clean);
  }
}

export async function clean(manager: EntityManager): Promise<void> {
  for (const statement of statements) await manager.query(statement);
}
