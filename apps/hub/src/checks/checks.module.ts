import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from '../catalog/catalog.module.js';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { AssignmentEntity } from './assignment.entity.js';
import { AssignmentsController } from './assignments.controller.js';
import { Assignments } from './assignments.service.js';
import { CheckEntity } from './check.entity.js';
import { ChecksController } from './checks.controller.js';
import { Checks } from './checks.service.js';
import { DefinitionsModule } from './definitions.module.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([CheckEntity, AssignmentEntity]),
    CatalogModule,
    DefinitionsModule,
    SatellitesModule,
  ],
  controllers: [ChecksController, AssignmentsController],
  providers: [Checks, Assignments],
  exports: [Checks],
})
export class ChecksModule {}
