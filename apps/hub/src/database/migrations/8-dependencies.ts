import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which system needs which, and what systems have of themselves and from others. The release before writes `state` as if
 * there were no dependencies, and makes systems whose own state has no beginning: both are found and put right.
 */
export class Dependencies0000000000008 implements MigrationInterface {
  name = 'Dependencies0000000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The downstream system needs the upstream one. There are no circles: edits take turns.
      CREATE TABLE dependencies (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        downstream_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
        upstream_id uuid NOT NULL REFERENCES systems ON DELETE CASCADE,
        impact text NOT NULL,
        transitive boolean NOT NULL,
        label text NOT NULL,
        -- [{checkId, from, impact}]: which checks of the upstream system count. One that was deleted stays named.
        rules jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version integer NOT NULL DEFAULT 1,
        UNIQUE (downstream_id, upstream_id),
        CHECK (downstream_id <> upstream_id)
      );
      CREATE INDEX dependencies_upstream ON dependencies (upstream_id);

      -- \`state\` is the worse of what its own checks say and of what it inherits; 0 is nothing inherited.
      ALTER TABLE systems
        ADD COLUMN own_state smallint NOT NULL DEFAULT 3,
        ADD COLUMN own_state_since timestamptz,
        ADD COLUMN own_state_reason text,
        ADD COLUMN inherited_state smallint NOT NULL DEFAULT 0,
        ADD COLUMN inherited_reason text;
      UPDATE systems SET own_state = state, own_state_since = state_since, own_state_reason = state_reason;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE systems SET state = own_state, state_since = own_state_since, state_reason = own_state_reason;
      ALTER TABLE systems DROP COLUMN own_state, DROP COLUMN own_state_since, DROP COLUMN own_state_reason,
        DROP COLUMN inherited_state, DROP COLUMN inherited_reason;
      DROP TABLE dependencies`);
  }
}
