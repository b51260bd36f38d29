import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an operator sees of a satellite, and whose an API key is. Everything is new or may be NULL: the release before goes on. */
export class SatelliteInsight0000000000006 implements MigrationInterface {
  name = 'SatelliteInsight0000000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Whose gap it is; NULL for those that the release before writes.
      ALTER TABLE gaps ADD COLUMN satellite_number integer;
      UPDATE gaps SET satellite_number = (
        SELECT number FROM placements JOIN satellites ON satellites.id = satellite_id
        WHERE placements.slice_number = gaps.slice_number AND placed_at <= to_slot AND coalesce(ended_at, 'infinity') > from_slot
        ORDER BY placed_at LIMIT 1
      );
      CREATE INDEX gaps_satellite ON gaps (satellite_number, to_slot);
      CREATE INDEX rejected_results_satellite ON rejected_results (satellite_id, at DESC);

      ALTER TABLE satellites
        -- The roster that it confirmed.
        ADD COLUMN roster_applied bigint NOT NULL DEFAULT 0,
        -- Kinds that it could run and its owner's policy forbids.
        ADD COLUMN refused_kinds text[] NOT NULL DEFAULT '{}';

      -- A key works only as long as whoever made it may sign in. NULL: nobody knows any more who that was.
      ALTER TABLE api_keys ADD COLUMN created_by_id uuid REFERENCES users ON DELETE CASCADE;
      CREATE INDEX api_keys_created_by ON api_keys (created_by_id);
      UPDATE api_keys SET created_by_id = users.id
      FROM audit_entries JOIN users ON users.id = actor_id
      WHERE subject_kind = 'api-key' AND subject_id = api_keys.id::text AND action = 'api-key.create' AND actor_kind = 'user'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX gaps_satellite;
      DROP INDEX rejected_results_satellite;
      ALTER TABLE gaps DROP COLUMN satellite_number;
      ALTER TABLE satellites DROP COLUMN roster_applied, DROP COLUMN refused_kinds;
      ALTER TABLE api_keys DROP COLUMN created_by_id`);
  }
}
