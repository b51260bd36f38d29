import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a first failure is confirmed at once. The release before leaves the column alone: on. */
export class ConfirmRuns0000000000005 implements MigrationInterface {
  name = 'ConfirmRuns0000000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE assignments ADD COLUMN confirm boolean NOT NULL DEFAULT true');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE assignments DROP COLUMN confirm');
  }
}
