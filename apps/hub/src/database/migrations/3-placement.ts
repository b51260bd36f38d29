import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Satellites by tag, one slice a satellite, and satellites that hand over what they run. */
export class Placement0000000000003 implements MigrationInterface {
  name = 'Placement0000000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- 'one' satellite of each location and tag runs it, or 'every' one of them.
      ALTER TABLE assignments ADD COLUMN satellites text NOT NULL DEFAULT 'one';

      -- The satellites with the tag are one pool, wherever they are.
      CREATE TABLE assignment_tags (
        assignment_id uuid NOT NULL REFERENCES assignments ON DELETE CASCADE,
        tag text NOT NULL,
        PRIMARY KEY (assignment_id, tag)
      );
      CREATE INDEX assignment_tags_tag ON assignment_tags (tag);

      -- Where a slice runs: one of location, tag and satellite; those with a satellite belong to it alone.
      ALTER TABLE slices ALTER COLUMN location_id DROP NOT NULL;
      ALTER TABLE slices ADD COLUMN tag text;
      -- Since when it is not to run, because its check is paused or its assignment switched off.
      ALTER TABLE slices ADD COLUMN idle_since timestamptz;
      ALTER TABLE slices DROP CONSTRAINT slices_assignment_id_environment_id_location_id_satellite_i_key;
      ALTER TABLE slices ADD CONSTRAINT slices_place
        UNIQUE NULLS NOT DISTINCT (assignment_id, environment_id, location_id, tag, satellite_id);

      -- It stays connected, and gives its slices to others.
      ALTER TABLE satellites ADD COLUMN draining boolean NOT NULL DEFAULT false;

      -- The satellite before goes on for so long, until the next one has surely begun.
      ALTER TABLE placements ADD COLUMN held_until timestamptz;
      CREATE INDEX placements_held ON placements (satellite_id) WHERE held_until IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Slices by tag have no place in the release before: restore a backup instead.');
  }
}
