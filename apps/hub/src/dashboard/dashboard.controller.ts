import { routes, type Dashboard } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Route } from '../rest/route.decorator.js';
import { DashboardService } from './dashboard.service.js';

@Controller()
export class DashboardController {
  constructor(private readonly dashboard: DashboardService) {}

  @Route(routes.dashboard.read)
  read(): Promise<Dashboard> {
    return this.dashboard.read();
  }
}
