import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Maintenances, those that recur, and announcements. */
export class Maintenance0000000000010 implements MigrationInterface {
  name = 'Maintenance0000000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(maintenances + announcements + rules);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE announcement_dismissals, announcements, maintenance_revisions, maintenance_updates, maintenance_spans,
        maintenance_targets, maintenances, maintenance_series;
      UPDATE roles SET rules = ARRAY(SELECT rule FROM unnest(rules) rule WHERE rule NOT LIKE 'maintenance.%' AND rule NOT LIKE 'announcements.%')
      WHERE rules IS NOT NULL`);
  }
}

const planned = `
  title text NOT NULL,
  description text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  suppress_notifications boolean NOT NULL,
  exclude_from_availability boolean NOT NULL,
  reminder_minutes integer[] NOT NULL,
  -- {kind, id, name}
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  CHECK (to_at > from_at)`;

const maintenances = `
-- Never deleted, only ended: what came of it stays.
CREATE TABLE maintenance_series (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  rule text NOT NULL,
  time_zone text NOT NULL,
  -- Its maintenances that begin up to here were made.
  made_until timestamptz NOT NULL,
  ended_at timestamptz,
  ${planned}
);
CREATE INDEX maintenance_series_going_on ON maintenance_series (id) WHERE ended_at IS NULL;

CREATE TABLE maintenances (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  series_id uuid REFERENCES maintenance_series,
  -- When the rule has it begin.
  occurrence_at timestamptz,
  changed_alone boolean NOT NULL DEFAULT false,
  -- scheduled, in-progress, completed, cancelled
  status text NOT NULL DEFAULT 'scheduled',
  started_at timestamptz,
  ended_at timestamptz,
  next_reminder_at timestamptz,
  ${planned},
  UNIQUE (series_id, occurrence_at)
);
CREATE INDEX maintenances_from ON maintenances (from_at, id);
CREATE INDEX maintenances_to_begin ON maintenances (from_at) WHERE status = 'scheduled';
CREATE INDEX maintenances_to_complete ON maintenances (to_at) WHERE status = 'in-progress';
CREATE INDEX maintenances_to_remind ON maintenances (next_reminder_at) WHERE next_reminder_at IS NOT NULL;

-- What was named: each a system or a group, of a maintenance or of a series. They go with any of them.
CREATE TABLE maintenance_targets (
  maintenance_id uuid REFERENCES maintenances ON DELETE CASCADE,
  series_id uuid REFERENCES maintenance_series ON DELETE CASCADE,
  system_id uuid REFERENCES systems ON DELETE CASCADE,
  group_id uuid REFERENCES groups ON DELETE CASCADE,
  CHECK (num_nonnulls(maintenance_id, series_id) = 1),
  CHECK (num_nonnulls(system_id, group_id) = 1)
);
CREATE INDEX maintenance_targets_maintenance ON maintenance_targets (maintenance_id);
CREATE INDEX maintenance_targets_series ON maintenance_targets (series_id);
CREATE INDEX maintenance_targets_system ON maintenance_targets (system_id);
CREATE INDEX maintenance_targets_group ON maintenance_targets (group_id);

-- When which system was in it, groups resolved. Nothing is left of a system that was deleted.
CREATE TABLE maintenance_spans (
  maintenance_id uuid NOT NULL REFERENCES maintenances ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  PRIMARY KEY (maintenance_id, system_id, from_at)
);
CREATE UNIQUE INDEX maintenance_spans_open ON maintenance_spans (system_id, maintenance_id) WHERE to_at IS NULL;
CREATE INDEX maintenance_spans_system ON maintenance_spans (system_id, from_at);

CREATE TABLE maintenance_updates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  maintenance_id uuid NOT NULL REFERENCES maintenances ON DELETE CASCADE,
  author jsonb NOT NULL,
  audience text NOT NULL,
  body text NOT NULL,
  posted_at timestamptz NOT NULL DEFAULT now(),
  edited_at timestamptz,
  edited_by jsonb,
  deleted_at timestamptz,
  deleted_by jsonb,
  version integer NOT NULL DEFAULT 1
);
CREATE INDEX maintenance_updates_maintenance ON maintenance_updates (maintenance_id, posted_at DESC, id);

-- What an update said before it was edited.
CREATE TABLE maintenance_revisions (
  update_id uuid NOT NULL REFERENCES maintenance_updates ON DELETE CASCADE,
  version integer NOT NULL,
  body text NOT NULL,
  audience text NOT NULL,
  at timestamptz NOT NULL,
  by jsonb NOT NULL,
  PRIMARY KEY (update_id, version)
);
`;

const announcements = `
CREATE TABLE announcements (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message text NOT NULL,
  severity text NOT NULL,
  audience text NOT NULL,
  place text NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  dismissible boolean NOT NULL,
  -- When its event was written.
  announced_at timestamptz,
  created_by jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  CHECK (until_at > from_at)
);
CREATE INDEX announcements_from ON announcements (from_at DESC, id);
CREATE INDEX announcements_to_announce ON announcements (from_at) WHERE announced_at IS NULL;

CREATE TABLE announcement_dismissals (
  announcement_id uuid NOT NULL REFERENCES announcements ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  PRIMARY KEY (announcement_id, user_id)
);
CREATE INDEX announcement_dismissals_user ON announcement_dismissals (user_id);
`;

const rules = `
UPDATE roles SET rules = rules || '{maintenance.maintenance.manage,announcements.announcement.manage}'
  WHERE built_in AND name = 'editor';
UPDATE roles SET rules = rules || '{maintenance.maintenance.read,announcements.announcement.read}'
  WHERE built_in AND name = 'viewer';
`;
