import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from '../catalog/catalog.module.js';
import { Drafts } from './drafts.service.js';
import { IncidentEdits } from './incident-edits.js';
import { IncidentUpdateEntity } from './incident-update.entity.js';
import { IncidentUpdatesController } from './incident-updates.controller.js';
import { IncidentUpdates } from './incident-updates.service.js';
import { IncidentEntity } from './incident.entity.js';
import { IncidentsController } from './incidents.controller.js';
import { Incidents } from './incidents.service.js';
import { Timeline } from './timeline.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([IncidentEntity, IncidentUpdateEntity]), CatalogModule],
  controllers: [IncidentsController, IncidentUpdatesController],
  providers: [Incidents, IncidentEdits, IncidentUpdates, Timeline, Drafts],
  exports: [Incidents, Timeline],
})
export class IncidentsModule {}
