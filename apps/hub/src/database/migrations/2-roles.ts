import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The built-in roles. An editor does not enrol satellites: they are given the secrets of the checks they run. */
export class Roles0000000000002 implements MigrationInterface {
  name = 'Roles0000000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO roles (name, built_in, rules) VALUES
        ('admin', true, NULL),
        ('editor', true, '{catalog.system.manage,catalog.group.manage,catalog.environment.manage,checks.check.manage,satellites.location.read,satellites.satellite.read,access.user.read}'),
        ('viewer', true, '{catalog.system.read,catalog.group.read,catalog.environment.read,checks.check.read,satellites.location.read,satellites.satellite.read}')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM roles WHERE built_in`);
  }
}
