import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SatellitesModule } from '../satellites/satellites.module.js';
import { DependenciesController } from './dependencies.controller.js';
import { Dependencies } from './dependencies.service.js';
import { DependencyEntity } from './dependency.entity.js';
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
  imports: [
    TypeOrmModule.forFeature([SystemEntity, GroupEntity, EnvironmentEntity, DependencyEntity]),
    SatellitesModule,
  ],
  controllers: [SystemsController, GroupsController, EnvironmentsController, DependenciesController],
  providers: [Systems, Groups, Environments, Dependencies],
  exports: [Systems, Environments],
})
export class CatalogModule {}
