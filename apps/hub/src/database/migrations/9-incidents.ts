import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Incidents, what people write about them, and what they do. Times are whole milliseconds: pages go on from them. */
export class Incidents0000000000009 implements MigrationInterface {
  name = 'Incidents0000000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const part of [incidents, timeline, rules]) await queryRunner.query(part);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE roles SET rules = array(SELECT rule FROM unnest(rules) AS rule WHERE rule NOT LIKE 'incidents.%') WHERE rules IS NOT NULL;
      DROP TABLE incident_revisions, incident_updates, incident_acts, incident_relations, incident_responders,
        incident_systems, incidents`);
  }
}

const incidents = `
CREATE TABLE incidents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL,
  description text NOT NULL,
  status text NOT NULL,
  severity text NOT NULL,
  suppress_notifications boolean NOT NULL,
  -- [{label, url}]
  links jsonb NOT NULL,
  lead_id uuid REFERENCES users ON DELETE SET NULL,
  post_mortem text NOT NULL,
  -- [{id, text, done, ownerId, dueOn}]: an owner who was deleted is nobody.
  action_items jsonb NOT NULL,
  -- {kind, id, name}, as they were called then.
  opened_by jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  acknowledged_by jsonb,
  acknowledged_at timestamptz,
  resolved_at timestamptz,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CHECK ((resolved_at IS NOT NULL) = (status = 'resolved')),
  CHECK ((acknowledged_at IS NOT NULL) = (acknowledged_by IS NOT NULL))
);
CREATE INDEX incidents_opened ON incidents (opened_at, id);
CREATE INDEX incidents_open ON incidents (opened_at, id) WHERE resolved_at IS NULL;

-- A system that is deleted stays named: no foreign key.
CREATE TABLE incident_systems (
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  system_id uuid NOT NULL,
  name text NOT NULL,
  impact text NOT NULL,
  PRIMARY KEY (incident_id, system_id)
);
CREATE INDEX incident_systems_system ON incident_systems (system_id);

CREATE TABLE incident_responders (
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  PRIMARY KEY (incident_id, user_id)
);
CREATE INDEX incident_responders_user ON incident_responders (user_id);

-- Both ways, the lesser id first.
CREATE TABLE incident_relations (
  one_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  other_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  PRIMARY KEY (one_id, other_id),
  CHECK (one_id < other_id)
);
CREATE INDEX incident_relations_other ON incident_relations (other_id);
`;

const timeline = `
-- What people did besides writing. kind: opened, acknowledged, status, severity, edited.
CREATE TABLE incident_acts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  by jsonb NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX incident_acts_incident ON incident_acts (incident_id, at);

CREATE TABLE incident_updates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  author jsonb NOT NULL,
  audience text NOT NULL,
  body text NOT NULL,
  posted_at timestamptz NOT NULL,
  edited_at timestamptz,
  -- By whom it was written as it is now.
  edited_by jsonb,
  -- It stays, so that people see that there was one; its text is not shown any more.
  deleted_at timestamptz,
  deleted_by jsonb,
  version integer NOT NULL DEFAULT 1
);
CREATE INDEX incident_updates_incident ON incident_updates (incident_id, posted_at);

-- What an update said before it was edited.
CREATE TABLE incident_revisions (
  update_id uuid NOT NULL REFERENCES incident_updates ON DELETE CASCADE,
  version integer NOT NULL,
  body text NOT NULL,
  audience text NOT NULL,
  at timestamptz NOT NULL,
  by jsonb NOT NULL,
  PRIMARY KEY (update_id, version)
);
`;

const rules = `
UPDATE roles SET rules = rules || '{incidents.incident.manage}' WHERE built_in AND name = 'editor';
UPDATE roles SET rules = rules || '{incidents.incident.read}' WHERE built_in AND name = 'viewer';
`;
