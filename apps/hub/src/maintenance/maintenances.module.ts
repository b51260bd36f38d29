import { Global, Module } from '@nestjs/common';
import { Maintenances } from './maintenances.service.js';

/** Apart from the planning of maintenances, which needs the catalog, because the catalog shows what is in maintenance. */
@Global()
@Module({ providers: [Maintenances], exports: [Maintenances] })
export class MaintenancesModule {}
