import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { EnvironmentEntity } from './environment.entity.js';
import { EnvironmentsController } from './environments.controller.js';
import { Environments } from './environments.service.js';
import { GroupEntity } from './group.entity.js';
import { GroupsController } from './groups.controller.js';
import { Groups } from './groups.service.js';
import { SystemEntity } from './system.entity.js';
import { SystemsController } from './systems.controller.js';
import { Systems } from './systems.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([SystemEntity, GroupEntity, EnvironmentEntity]), SatellitesModule],
  controllers: [SystemsController, GroupsController, EnvironmentsController],
  providers: [Systems, Groups, Environments],
  exports: [Systems, Environments],
})
export class CatalogModule {}
