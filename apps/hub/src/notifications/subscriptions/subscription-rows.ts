import { importances, type Family, type Subscription } from '@checkstack/api';
import type { Sql } from '../../health/outlook-rows.js';
import { namedTargetOf, targetColumns, type TargetNames } from './target-rows.js';

export interface SubscriptionRow extends TargetNames {
  id: string;
  userId: string | null;
  teamId: string | null;
  recipientName: string;
  families: Family[];
  leastImportance: number;
  reminderMinutes: number | null;
  version: number;
}

/** Those that `condition` names, over `s`: the broadest first. */
export function readSubscriptions(sql: Sql, condition: string, values: unknown[]): Promise<SubscriptionRow[]> {
  return sql.query<SubscriptionRow[]>(
    `SELECT s.id, s.user_id AS "userId", s.team_id AS "teamId", COALESCE(u.name, t.name) AS "recipientName", s.families,
       s.least_importance AS "leastImportance", s.reminder_minutes AS "reminderMinutes", s.version, ${targetColumns('s')}
     FROM subscriptions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN teams t ON t.id = s.team_id
     WHERE ${condition}
     ORDER BY s.team_id IS NOT NULL, lower(t.name), num_nonnulls(s.system_id, s.group_id, s.tag), s.created_at, s.id`,
    values,
  );
}

export function subscriptionOf(row: SubscriptionRow): Subscription {
  const { id, userId, teamId, recipientName: name, families, leastImportance, reminderMinutes, version } = row;
  return {
    id,
    recipient: userId === null ? { kind: 'team', id: teamId ?? '', name } : { kind: 'user', id: userId, name },
    target: namedTargetOf(row),
    families,
    leastImportance: importances[leastImportance] ?? 'info',
    reminderMinutes,
    version,
  };
}
