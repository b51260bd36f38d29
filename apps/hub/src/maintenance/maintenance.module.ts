import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MaintenanceClock } from './maintenance-clock.js';
import { MaintenanceEvents } from './maintenance-events.js';
import { MaintenanceProgress } from './maintenance-progress.service.js';
import { MaintenanceSeriesController } from './maintenance-series.controller.js';
import { MaintenanceUpdateEntity } from './maintenance-update.entity.js';
import { MaintenanceEntity, MaintenanceSeriesEntity } from './maintenance.entity.js';
import { MaintenancesController } from './maintenances.controller.js';
import { MaintenancesModule } from './maintenances.module.js';
import { MaintenancePlanning } from './planning.service.js';
import { MaintenanceSeriesPlanning } from './series.service.js';
import { MaintenanceUpdates } from './updates.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([MaintenanceEntity, MaintenanceSeriesEntity, MaintenanceUpdateEntity]),
    MaintenancesModule,
  ],
  controllers: [MaintenancesController, MaintenanceSeriesController],
  providers: [
    MaintenanceEvents,
    MaintenanceProgress,
    MaintenanceClock,
    MaintenancePlanning,
    MaintenanceSeriesPlanning,
    MaintenanceUpdates,
  ],
})
export class MaintenanceModule {}
