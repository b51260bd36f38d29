import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first release's tables. States are 0 healthy, 1 degraded, 2 unhealthy, 3 unknown wherever they are smallints. */
export class Foundation0000000000001 implements MigrationInterface {
  name = 'Foundation0000000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const part of [platform, access, catalog, satellites, checks, history]) await queryRunner.query(part);
  }

  async down(): Promise<void> {
    throw new Error('There is nothing before the first release: restore a backup instead.');
  }
}

const platform = `
-- One row a fact about this installation: set-up token, encryption check value, …
CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL
);

-- One lease a running hub process.
CREATE TABLE replicas (
  id uuid PRIMARY KEY,
  hostname text NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL
);

-- A once-only job has run for every slot up to this one.
CREATE TABLE jobs (
  name text PRIMARY KEY,
  slot timestamptz NOT NULL
);

-- Transactional outbox: written with the change it tells of, routed once.
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  type text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  payload jsonb NOT NULL,
  processed_at timestamptz
);
CREATE INDEX events_unprocessed ON events (id) WHERE processed_at IS NULL;
CREATE INDEX events_at ON events (at);

CREATE TABLE audit_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_id uuid,
  actor_name text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text,
  subject_name text NOT NULL,
  changes jsonb NOT NULL DEFAULT '{}',
  address text
);
CREATE INDEX audit_entries_subject ON audit_entries (subject_kind, subject_id, id DESC);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id DESC);
`;

const access = `
CREATE TABLE roles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  built_in boolean NOT NULL DEFAULT false,
  -- NULL: every rule there is, now and later.
  rules text[]
);

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL,
  name text NOT NULL,
  role_id uuid NOT NULL REFERENCES roles,
  disabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_sign_in_at timestamptz,
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

-- What a login strategy keeps of a user; for the password an Argon2id hash.
CREATE TABLE credentials (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  login text NOT NULL,
  credential text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, login)
);

CREATE TABLE sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- SHA-256 of the random value in the cookie.
  token_hash bytea NOT NULL UNIQUE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  hint text NOT NULL,
  role_id uuid NOT NULL REFERENCES roles,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz
);

-- Failed sign-ins by account and by address, for the growing delay.
CREATE TABLE sign_in_failures (
  subject text PRIMARY KEY,
  count integer NOT NULL,
  last_at timestamptz NOT NULL
);
`;

const catalog = `
CREATE TABLE systems (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  contacts jsonb NOT NULL DEFAULT '[]',
  links jsonb NOT NULL DEFAULT '[]',
  tags text[] NOT NULL DEFAULT '{}',
  state smallint NOT NULL DEFAULT 3,
  state_since timestamptz,
  state_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX systems_name ON systems (lower(name));

CREATE TABLE groups (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX groups_name ON groups (lower(name));

CREATE TABLE environments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  fields jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX environments_name ON environments (lower(name));

CREATE TABLE system_groups (
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  group_id uuid NOT NULL REFERENCES groups ON DELETE CASCADE,
  PRIMARY KEY (system_id, group_id)
);
CREATE INDEX system_groups_group ON system_groups (group_id);

CREATE TABLE system_environments (
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
  PRIMARY KEY (system_id, environment_id)
);
CREATE INDEX system_environments_environment ON system_environments (environment_id);
`;

const satellites = `
CREATE TABLE locations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX locations_name ON locations (lower(name));

CREATE TABLE satellites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- Stands for the satellite in results; never leaves the database.
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  name text NOT NULL,
  location_id uuid NOT NULL REFERENCES locations,
  tags text[] NOT NULL DEFAULT '{}',
  local boolean NOT NULL DEFAULT false,
  disabled boolean NOT NULL DEFAULT false,
  offline_tolerance_seconds integer NOT NULL DEFAULT 45,
  -- Raised by each accepted connect, revoke and disable; ingest commits only under its own.
  epoch bigint NOT NULL DEFAULT 0,
  process_id uuid,
  replica_id uuid,
  connected_at timestamptz,
  last_seen_at timestamptz,
  -- Judged by one job, from replica leases and connections.
  online boolean NOT NULL DEFAULT false,
  -- Slices come back to a satellite that has been online for five minutes.
  online_since timestamptz,
  release text,
  hostname text,
  platform text,
  probe_kinds text[] NOT NULL DEFAULT '{}',
  gauges jsonb,
  refused_results bigint NOT NULL DEFAULT 0,
  doubled_results bigint NOT NULL DEFAULT 0,
  roster_revision bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX satellites_name ON satellites (lower(name));
CREATE INDEX satellites_location ON satellites (location_id);

CREATE TABLE satellite_tokens (
  token_hash bytea PRIMARY KEY,
  satellite_id uuid NOT NULL REFERENCES satellites ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- NULL: until revoked; set when a newer one was made.
  expires_at timestamptz
);
CREATE INDEX satellite_tokens_satellite ON satellite_tokens (satellite_id);

-- Up to where each spool stream is stored.
CREATE TABLE streams (
  satellite_id uuid NOT NULL REFERENCES satellites ON DELETE CASCADE,
  id uuid NOT NULL,
  sequence bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (satellite_id, id)
) WITH (fillfactor = 50);
`;

const checks = `
CREATE TABLE checks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  kind text NOT NULL,
  -- Secret values stand sealed inside.
  config jsonb NOT NULL,
  collectors jsonb NOT NULL,
  schedule jsonb NOT NULL,
  timeout_ms integer NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  tags text[] NOT NULL DEFAULT '{}',
  state smallint NOT NULL DEFAULT 3,
  state_since timestamptz,
  state_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX checks_name ON checks (lower(name));

CREATE TABLE assignments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  check_id uuid NOT NULL REFERENCES checks ON DELETE CASCADE,
  system_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
  enabled boolean NOT NULL DEFAULT true,
  thresholds jsonb NOT NULL,
  environments jsonb NOT NULL,
  retention_days integer NOT NULL,
  -- Of the check on this system.
  state smallint NOT NULL DEFAULT 3,
  state_since timestamptz,
  state_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL DEFAULT 1,
  UNIQUE (check_id, system_id)
);
CREATE INDEX assignments_system ON assignments (system_id);

CREATE TABLE assignment_locations (
  assignment_id uuid NOT NULL REFERENCES assignments ON DELETE CASCADE,
  location_id uuid NOT NULL REFERENCES locations,
  PRIMARY KEY (assignment_id, location_id)
);
CREATE INDEX assignment_locations_location ON assignment_locations (location_id);

-- The unit that is scheduled, evaluated and charted. A slice that is no longer wanted keeps its row (retired_at) for its history.
CREATE TABLE slices (
  number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  assignment_id uuid NOT NULL REFERENCES assignments ON DELETE CASCADE,
  environment_id uuid REFERENCES environments ON DELETE CASCADE,
  location_id uuid NOT NULL REFERENCES locations ON DELETE CASCADE,
  -- Only in "every satellite" mode.
  satellite_id uuid REFERENCES satellites ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- The definition that satellites get changed: run it at once.
  changed_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  state smallint NOT NULL DEFAULT 3,
  state_since timestamptz,
  state_reason text,
  UNIQUE NULLS NOT DISTINCT (assignment_id, environment_id, location_id, satellite_id)
);

-- Which satellite ran which slice, when: the authority to report on it.
CREATE TABLE placements (
  slice_number integer NOT NULL REFERENCES slices (number) ON DELETE CASCADE,
  satellite_id uuid NOT NULL REFERENCES satellites ON DELETE CASCADE,
  placed_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE UNIQUE INDEX placements_current ON placements (slice_number) WHERE ended_at IS NULL;
CREATE INDEX placements_satellite ON placements (satellite_id, ended_at);
CREATE INDEX placements_slice ON placements (slice_number, satellite_id);

-- Test now: the request crosses replicas as a row; sealed, and gone after a day.
CREATE TABLE test_runs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  location_id uuid NOT NULL REFERENCES locations ON DELETE CASCADE,
  satellite_id uuid REFERENCES satellites ON DELETE CASCADE,
  requested_by uuid,
  status text NOT NULL,
  job jsonb NOT NULL,
  log jsonb NOT NULL DEFAULT '[]',
  report jsonb,
  problem text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX test_runs_created ON test_runs (created_at);
`;

const history = `
CREATE TABLE results (
  slice_number integer NOT NULL,
  slot timestamptz NOT NULL,
  attempt smallint NOT NULL,
  verdict smallint NOT NULL,
  satellite_number integer NOT NULL,
  started_at timestamptz NOT NULL,
  duration_ms real NOT NULL,
  -- 0 target, 1 network, 2 satellite, 3 config; NULL without a failure.
  failure_side smallint,
  -- Bit 0: re-dated, because the satellite's clock was wrong.
  flags smallint NOT NULL DEFAULT 0,
  failure_code text,
  failure_message text,
  facts jsonb,
  assertions jsonb
) PARTITION BY RANGE (slot);
CREATE UNIQUE INDEX results_run ON results (slice_number, slot, attempt);

-- Results that PostgreSQL would not take, alone in their transaction.
CREATE TABLE rejected_results (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  satellite_id uuid NOT NULL REFERENCES satellites ON DELETE CASCADE,
  stream uuid NOT NULL,
  sequence bigint NOT NULL,
  reason text NOT NULL,
  record bytea NOT NULL
);

-- Slots without a record, from the first to the last, and why.
CREATE TABLE gaps (
  slice_number integer NOT NULL REFERENCES slices (number) ON DELETE CASCADE,
  from_slot timestamptz NOT NULL,
  to_slot timestamptz NOT NULL,
  count integer NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (slice_number, from_slot, reason)
);

-- What was the state of what, from when to when. subject_kind: 0 slice, 1 check, 2 system, 3 assignment.
CREATE TABLE state_intervals (
  subject_kind smallint NOT NULL,
  subject_id uuid NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  state smallint NOT NULL,
  reason text,
  PRIMARY KEY (subject_kind, subject_id, from_at)
);
CREATE INDEX state_intervals_open ON state_intervals (subject_kind, subject_id) WHERE to_at IS NULL;
CREATE INDEX state_intervals_from ON state_intervals (from_at);
`;
