import { Module } from '@nestjs/common';
import { ResultsModule } from '../results/results.module.js';
import { DashboardController } from './dashboard.controller.js';
import { DashboardService } from './dashboard.service.js';

@Module({ imports: [ResultsModule], controllers: [DashboardController], providers: [DashboardService] })
export class DashboardModule {}
