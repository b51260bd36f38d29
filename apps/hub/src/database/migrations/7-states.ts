import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * More ways from runs to states. The release before goes on: it counts runs in a row, lets any place decide, and leaves
 * the past as it is.
 */
export class States0000000000007 implements MigrationInterface {
  name = 'States0000000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE assignments
        -- Of so many last runs the thresholds count; NULL: of those in a row.
        ADD COLUMN threshold_window smallint,
        -- How many places of an environment must agree.
        ADD COLUMN quorum jsonb NOT NULL DEFAULT '{"mode": "any"}';

      -- Its verdicts change so often that its state says little.
      ALTER TABLE slices ADD COLUMN flapping_since timestamptz;
      CREATE INDEX slices_flapping ON slices (assignment_id, flapping_since) WHERE flapping_since IS NOT NULL;

      -- When it last had confirmed all that it is to run.
      ALTER TABLE satellites ADD COLUMN roster_confirmed_at timestamptz;

      -- From when on the states of a slice have to be told again. Only added and taken: nobody waits.
      CREATE TABLE repaint_marks (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        slice_number integer NOT NULL,
        from_at timestamptz NOT NULL,
        -- So far for what is made of the slice, whether or not the slice itself was told rightly.
        until_at timestamptz
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE repaint_marks;
      ALTER TABLE satellites DROP COLUMN roster_confirmed_at;
      DROP INDEX slices_flapping;
      ALTER TABLE slices DROP COLUMN flapping_since;
      ALTER TABLE assignments DROP COLUMN threshold_window, DROP COLUMN quorum`);
  }
}
