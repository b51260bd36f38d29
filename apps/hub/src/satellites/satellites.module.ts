import { Module, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DefinitionsModule } from '../checks/definitions.module.js';
import { Jobs } from '../cluster/jobs.js';
import { Enrolments } from './enrolments.service.js';
import { LocalIdentity } from './local-identity.js';
import { LocalSatellite } from './local-satellite.js';
import { LocationEntity } from './location.entity.js';
import { LocationsController } from './locations.controller.js';
import { Locations } from './locations.service.js';
import { Placements } from './placements.service.js';
import { Rosters } from './rosters.service.js';
import { SatelliteEntity } from './satellite.entity.js';
import { SatellitesController } from './satellites.controller.js';
import { Satellites } from './satellites.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([LocationEntity, SatelliteEntity]), DefinitionsModule],
  controllers: [LocationsController, SatellitesController],
  providers: [Locations, Satellites, Enrolments, Placements, Rosters, LocalIdentity, LocalSatellite],
  exports: [Locations, Satellites, Placements, Rosters],
})
export class SatellitesModule implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly placements: Placements,
    private readonly enrolments: Enrolments,
  ) {}

  onModuleInit(): void {
    this.jobs.every('placement', { everySeconds: 5 }, (manager) => this.placements.review(manager));
    this.jobs.every('old-placements', { cron: '30 3 * * *' }, (manager) => this.placements.forgetOld(manager));
    this.jobs.every('satellite-tokens', { everySeconds: 30 }, (manager) => this.enrolments.endOverlaps(manager));
  }
}
