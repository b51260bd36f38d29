import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Results in less room, and their history by hour and day. The release before goes on: it stores facts where it did, and
 * does not see those of runs that this one stored.
 */
export class History0000000000004 implements MigrationInterface {
  name = 'History0000000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const part of [results, rollups, retention]) await queryRunner.query(part);
  }

  async down(): Promise<void> {
    throw new Error('The release before cannot read the facts of new runs: restore a backup instead.');
  }
}

const results = `
-- What the facts of many runs have in common: names, texts and flags; null stands for the next of the run's own values.
CREATE TABLE fact_templates (
  number smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- SHA-256 of the template as it was first written: it can be longer than an index takes.
  digest bytea NOT NULL UNIQUE,
  template text NOT NULL
);

-- Either both, or \`facts\`, or none.
ALTER TABLE results ADD COLUMN fact_template smallint, ADD COLUMN fact_values bytea;
`;

const columns = `
  slice_number integer NOT NULL,
  from_at timestamptz NOT NULL,
  -- Runs by verdict.
  healthy integer NOT NULL,
  degraded integer NOT NULL,
  unhealthy integer NOT NULL,
  unknown integer NOT NULL,
  -- Runs whose assertions were evaluated, and how many of them did not hold, by position.
  evaluated integer NOT NULL,
  failed_assertions jsonb,
  -- Summaries: of the duration of runs that took place, and of the facts by their names.
  latency bytea STORAGE MAIN,
  fact_names text[],
  facts bytea[] STORAGE EXTERNAL,
  PRIMARY KEY (slice_number, from_at)`;

const rollups = `
-- Facts stand apart: who charts latency does not read them.
CREATE TABLE hourly_rollups (${columns}) WITH (toast_tuple_target = 256);
CREATE TABLE daily_rollups (${columns}) WITH (toast_tuple_target = 256);

-- How far: 'closed', a result of an earlier hour leaves a mark; 'hourly' and 'daily', rolled up to.
CREATE TABLE rollup_progress (
  name text PRIMARY KEY,
  until timestamptz NOT NULL
);
INSERT INTO rollup_progress (name, until)
SELECT name, date_trunc(unit, coalesce((SELECT min(slot) FROM results), now()))
FROM (VALUES ('closed', 'hour'), ('hourly', 'hour'), ('daily', 'day')) AS p (name, unit);

-- Buckets that have to be rolled up again. Only added and taken: two that mark the same do not wait for each other.
CREATE TABLE rollup_marks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tier text NOT NULL,
  from_at timestamptz NOT NULL,
  slice_numbers integer[] NOT NULL
);
CREATE INDEX rollup_marks_bucket ON rollup_marks (tier, from_at);
`;

const retention = `
ALTER TABLE assignments
  ADD COLUMN hourly_retention_days integer NOT NULL DEFAULT 30,
  ADD COLUMN daily_retention_days integer NOT NULL DEFAULT 365;
UPDATE assignments SET hourly_retention_days = retention_days + 1 WHERE retention_days >= hourly_retention_days;
`;
