import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is told of what. Importances are 0 info, 1 warning, 2 critical wherever they are smallints. What happened before
 * is told to nobody: the release before only wrote it down.
 */
export class Notifications0000000000011 implements MigrationInterface {
  name = 'Notifications0000000000011';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const part of [teams, subscriptions, alerts, inbox, rest]) await queryRunner.query(part);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE roles SET rules = array(SELECT rule FROM unnest(rules) AS rule
        WHERE rule NOT LIKE 'notifications.alert.%' AND rule NOT LIKE 'notifications.escalation.%' AND rule NOT LIKE 'access.team.%')
      WHERE rules IS NOT NULL;
      ALTER TABLE satellites DROP COLUMN told_online;
      DROP TABLE notifications, kept_quiet, escalations, escalation_policies, alert_recipients, alerts,
        notification_settings, muted_systems, subscriptions, team_members, teams`);
  }
}

const teams = `
CREATE TABLE teams (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX teams_name ON teams (lower(name));

CREATE TABLE team_members (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  manager boolean NOT NULL,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);
`;

const subscriptions = `
-- Of a user or of a team; to one thing, or with none of the three to everything.
CREATE TABLE subscriptions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  team_id uuid REFERENCES teams ON DELETE CASCADE,
  system_id uuid REFERENCES systems ON DELETE CASCADE,
  group_id uuid REFERENCES groups ON DELETE CASCADE,
  tag text,
  families text[] NOT NULL,
  least_importance smallint NOT NULL,
  reminder_minutes integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  CHECK (num_nonnulls(user_id, team_id) = 1),
  CHECK (num_nonnulls(system_id, group_id, tag) <= 1)
);
CREATE INDEX subscriptions_user ON subscriptions (user_id);
CREATE INDEX subscriptions_team ON subscriptions (team_id);
CREATE INDEX subscriptions_system ON subscriptions (system_id) WHERE system_id IS NOT NULL;
CREATE INDEX subscriptions_group ON subscriptions (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX subscriptions_tag ON subscriptions (tag) WHERE tag IS NOT NULL;

CREATE TABLE muted_systems (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  PRIMARY KEY (user_id, system_id)
);
CREATE INDEX muted_systems_system ON muted_systems (system_id);

CREATE TABLE notification_settings (
  user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  time_zone text NOT NULL,
  -- [{days, from, until}], see libs/api.
  quiet_hours jsonb NOT NULL,
  critical_passes boolean NOT NULL,
  version integer NOT NULL DEFAULT 1
);
`;

const alerts = `
-- The span in which a system is not healthy.
CREATE TABLE alerts (
  id uuid PRIMARY KEY,
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  collapse_key text NOT NULL,
  state smallint NOT NULL,
  reason text,
  -- The worst so far.
  importance smallint NOT NULL,
  opened_at timestamptz NOT NULL,
  -- What was told last, of its own state and of what it inherits; NULL: nothing.
  told smallint,
  told_inherited smallint,
  told_at timestamptz,
  told_inherited_at timestamptz,
  quiet_kind text,
  quiet_id uuid,
  quiet_text text,
  -- Of what was kept quiet.
  quiet_importance smallint,
  acknowledged_at timestamptz,
  acknowledged_by text,
  ended_at timestamptz
);
CREATE UNIQUE INDEX alerts_open ON alerts (system_id) WHERE ended_at IS NULL;
CREATE INDEX alerts_quiet ON alerts (system_id) WHERE ended_at IS NULL AND quiet_kind IS NOT NULL;
CREATE INDEX alerts_system ON alerts (system_id, opened_at DESC);
CREATE INDEX alerts_opened ON alerts (opened_at, id);

-- Who was told of an alert, and is told how it goes on.
CREATE TABLE alert_recipients (
  alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  family text NOT NULL,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  team_id uuid REFERENCES teams ON DELETE CASCADE,
  -- [{kind, name}]
  why jsonb NOT NULL,
  reminder_minutes integer,
  remind_at timestamptz,
  UNIQUE NULLS NOT DISTINCT (alert_id, family, user_id, team_id),
  CHECK (num_nonnulls(user_id, team_id) = 1)
);
CREATE INDEX alert_recipients_user ON alert_recipients (user_id);
CREATE INDEX alert_recipients_team ON alert_recipients (team_id);
CREATE INDEX alert_recipients_due ON alert_recipients (remind_at) WHERE remind_at IS NOT NULL;

CREATE TABLE escalation_policies (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  system_id uuid REFERENCES systems ON DELETE CASCADE,
  group_id uuid REFERENCES groups ON DELETE CASCADE,
  tag text,
  least_importance smallint NOT NULL,
  -- [{afterMinutes, userIds, teamIds}]; whoever was deleted is left out.
  steps jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  CHECK (num_nonnulls(system_id, group_id, tag) <= 1)
);
CREATE UNIQUE INDEX escalation_policies_name ON escalation_policies (lower(name));
CREATE INDEX escalation_policies_system ON escalation_policies (system_id) WHERE system_id IS NOT NULL;
CREATE INDEX escalation_policies_group ON escalation_policies (group_id) WHERE group_id IS NOT NULL;

-- How far an alert has come in a policy. NULL: no step is left.
CREATE TABLE escalations (
  alert_id uuid NOT NULL REFERENCES alerts ON DELETE CASCADE,
  policy_id uuid NOT NULL REFERENCES escalation_policies ON DELETE CASCADE,
  begun_at timestamptz NOT NULL,
  next_step integer NOT NULL DEFAULT 0,
  due_at timestamptz,
  PRIMARY KEY (alert_id, policy_id)
);
CREATE INDEX escalations_policy ON escalations (policy_id);
CREATE INDEX escalations_due ON escalations (due_at) WHERE due_at IS NOT NULL;

-- What was not told, and why.
CREATE TABLE kept_quiet (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  alert_id uuid REFERENCES alerts ON DELETE CASCADE,
  title text NOT NULL,
  quiet_kind text NOT NULL,
  quiet_id uuid,
  quiet_text text NOT NULL
);
CREATE INDEX kept_quiet_system ON kept_quiet (system_id, id DESC);
CREATE INDEX kept_quiet_alert ON kept_quiet (alert_id);
`;

const inbox = `
-- The inbox of a user: what belongs together grows in one row.
CREATE TABLE notifications (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  collapse_key text NOT NULL,
  alert_id uuid REFERENCES alerts ON DELETE SET NULL,
  family text NOT NULL,
  importance smallint NOT NULL,
  -- {title, body, fields, subjects, action}: the latest.
  message jsonb NOT NULL,
  -- [{kind, name, team}]
  why jsonb NOT NULL,
  count integer NOT NULL,
  -- [{at, title, importance}], newest first.
  entries jsonb NOT NULL,
  first_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  read_at timestamptz,
  UNIQUE (user_id, collapse_key)
);
CREATE INDEX notifications_newest ON notifications (user_id, at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;
CREATE INDEX notifications_alert ON notifications (alert_id) WHERE alert_id IS NOT NULL;
CREATE INDEX notifications_at ON notifications (at);
`;

const rest = `
-- Whether people know that it is online; NULL: it never was.
ALTER TABLE satellites ADD COLUMN told_online boolean;

UPDATE events SET processed_at = now() WHERE processed_at IS NULL;

UPDATE roles SET rules = rules || '{notifications.alert.manage,notifications.escalation.read,access.team.read}'
WHERE built_in AND name = 'editor';
UPDATE roles SET rules = rules || '{notifications.alert.read,notifications.escalation.read,access.team.read}'
WHERE built_in AND name = 'viewer';
`;
