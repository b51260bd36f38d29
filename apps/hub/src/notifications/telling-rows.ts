// Who is told, found and written down in one statement for a whole batch.
import { allows, importances, accessRules, type QuietHours } from '@checkstack/api';
import type { Sql } from '../health/outlook-rows.js';
import type { Collapsed } from './telling.js';

export interface Reached {
  /** Of the telling, by its place in the list. */
  number: number;
  kind: 'user' | 'team';
  id: string;
  /** A user who is meant, not only as one of a team. */
  direct: boolean;
  timeZone: string | null;
  quietHours: QuietHours[] | null;
  criticalPasses: boolean | null;
}

const keptEntries = 20;

/** Puts it into the inboxes, remembers whom alerts were told to, and answers who that is. */
export function writeTellings(sql: Sql, tellings: readonly Collapsed[], now: Date): Promise<Reached[]> {
  const given = tellings.map((telling, number) => ({ number, ...rowOf(telling) }));
  const listed = tellings.flatMap((telling, number) =>
    telling.listed.map(({ kind, id, why }) => ({
      number,
      user_id: kind === 'user' ? id : null,
      team_id: kind === 'team' ? id : null,
      kind: why.kind,
      name: why.name,
    })),
  );
  return sql.query<Reached[]>(statement, [JSON.stringify(given), JSON.stringify(listed), now]);
}

function rowOf({ message, entries, ...telling }: Collapsed) {
  const { title, body, fields, subjects, action } = message;
  return {
    key: message.collapseKey,
    family: message.family,
    importance: importances.indexOf(message.importance),
    subscribed_at: telling.subscribedAt === null ? null : importances.indexOf(telling.subscribedAt),
    systems: telling.systemIds,
    alerts: telling.alertIds,
    alert_id: telling.alertId,
    last_alert_id: telling.alertIds.at(-1) ?? telling.alertId,
    rules: accessRules.filter((rule) => allows([rule], telling.rule)),
    is_internal: telling.isInternal ?? false,
    message: { title, body, fields, subjects, action },
    entries: entries.slice(0, keptEntries),
    count: entries.length,
    at: message.at,
    first_at: entries.at(-1)?.at ?? message.at,
  };
}

const subscribes = `sub.least_importance <= t.subscribed_at AND t.family = ANY (sub.families)`;
const subscriber = 't.number, sub.user_id, sub.team_id, sub.reminder_minutes';

const statement = `
WITH telling AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (number integer, key text, family text, importance smallint,
    subscribed_at smallint, systems uuid[], alerts uuid[], alert_id uuid, last_alert_id uuid, rules text[],
    is_internal boolean, message jsonb, entries jsonb, count integer, at timestamptz, first_at timestamptz)
), touched AS (
  SELECT t.number, t.family, t.subscribed_at, s.id, s.name, s.tags
  FROM telling t CROSS JOIN unnest(t.systems) AS touched (id) JOIN systems s ON s.id = touched.id
  WHERE t.subscribed_at IS NOT NULL
), matched AS (
  SELECT ${subscriber}, 'everything' AS kind, NULL AS name FROM telling t
  JOIN subscriptions sub ON sub.system_id IS NULL AND sub.group_id IS NULL AND sub.tag IS NULL AND ${subscribes}
  UNION ALL
  SELECT ${subscriber}, 'system', t.name FROM touched t JOIN subscriptions sub ON sub.system_id = t.id AND ${subscribes}
  UNION ALL
  SELECT ${subscriber}, 'group', g.name FROM touched t JOIN system_groups sg ON sg.system_id = t.id
  JOIN groups g ON g.id = sg.group_id JOIN subscriptions sub ON sub.group_id = sg.group_id AND ${subscribes}
  UNION ALL
  SELECT ${subscriber}, 'tag', sub.tag FROM touched t JOIN subscriptions sub ON sub.tag = ANY (t.tags) AND ${subscribes}
  UNION ALL
  SELECT t.number, r.user_id, r.team_id, r.reminder_minutes, w.kind, w.name FROM telling t
  JOIN alert_recipients r ON r.alert_id = ANY (t.alerts) AND r.family = t.family
  CROSS JOIN jsonb_to_recordset(r.why) AS w (kind text, name text)
  UNION ALL
  SELECT l.number, l.user_id, l.team_id, NULL, l.kind, l.name
  FROM jsonb_to_recordset($2::jsonb) AS l (number integer, user_id uuid, team_id uuid, kind text, name text)
), principal AS MATERIALIZED (
  SELECT number, user_id, team_id, min(reminder_minutes) AS reminder_minutes,
    jsonb_agg(DISTINCT jsonb_build_object('kind', kind, 'name', name)) AS why
  FROM matched WHERE user_id IN (SELECT id FROM users) OR team_id IN (SELECT id FROM teams) GROUP BY number, user_id, team_id
), remembered AS (
  INSERT INTO alert_recipients (alert_id, family, user_id, team_id, why, reminder_minutes, remind_at)
  SELECT t.alert_id, t.family, p.user_id, p.team_id, p.why, p.reminder_minutes,
    $3::timestamptz + make_interval(mins => p.reminder_minutes)
  FROM telling t JOIN principal p ON p.number = t.number WHERE t.alert_id IS NOT NULL
  ON CONFLICT (alert_id, family, user_id, team_id) DO UPDATE
    SET why = excluded.why, reminder_minutes = COALESCE(excluded.reminder_minutes, alert_recipients.reminder_minutes),
      remind_at = $3::timestamptz + make_interval(mins => COALESCE(excluded.reminder_minutes, alert_recipients.reminder_minutes))
), reached AS (
  SELECT number, user_id, NULL AS team, why FROM principal WHERE user_id IS NOT NULL
  UNION ALL
  SELECT p.number, m.user_id, teams.name, p.why FROM principal p
  JOIN teams ON teams.id = p.team_id JOIN team_members m ON m.team_id = p.team_id
), allowed AS MATERIALIZED (
  SELECT r.number, r.user_id, bool_or(r.team IS NULL) AS direct,
    jsonb_agg(DISTINCT w.why || jsonb_build_object('team', r.team)) AS why
  FROM reached r JOIN telling t ON t.number = r.number
  JOIN users u ON u.id = r.user_id AND NOT u.disabled JOIN roles ON roles.id = u.role_id
  CROSS JOIN jsonb_array_elements(r.why) AS w (why)
  WHERE (roles.rules IS NULL OR roles.rules && t.rules)
    AND (t.systems = '{}' OR EXISTS (SELECT FROM unnest(t.systems) AS s (id)
      WHERE NOT EXISTS (SELECT FROM muted_systems m WHERE m.user_id = r.user_id AND m.system_id = s.id)))
  GROUP BY r.number, r.user_id
), saved AS (
  INSERT INTO notifications AS n (user_id, collapse_key, alert_id, family, importance, message, why, count, entries, first_at, at)
  SELECT a.user_id, t.key, t.last_alert_id, t.family, t.importance, t.message, a.why, t.count, t.entries, t.first_at, t.at
  FROM allowed a JOIN telling t ON t.number = a.number ORDER BY a.user_id, t.key
  ON CONFLICT (user_id, collapse_key) DO UPDATE SET alert_id = excluded.alert_id, importance = excluded.importance,
    message = excluded.message, why = excluded.why, count = n.count + excluded.count,
    entries = jsonb_path_query_array(excluded.entries || n.entries, '$[0 to ${keptEntries - 1}]'), at = excluded.at, read_at = NULL
)
SELECT a.number, 'user' AS kind, a.user_id AS id, a.direct, s.time_zone AS "timeZone", s.quiet_hours AS "quietHours",
  s.critical_passes AS "criticalPasses"
FROM allowed a LEFT JOIN notification_settings s ON s.user_id = a.user_id
UNION ALL
SELECT p.number, 'team', p.team_id, true, NULL, NULL, NULL
FROM principal p JOIN telling t ON t.number = p.number AND NOT t.is_internal WHERE p.team_id IS NOT NULL`;
