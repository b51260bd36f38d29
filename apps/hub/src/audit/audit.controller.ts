import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Audit } from './audit.service.js';

@Controller()
export class AuditController {
  constructor(private readonly audit: Audit) {}

  @Route(routes.audit.list)
  list(@Call() call: RouteCall<typeof routes.audit.list>): Promise<RouteAnswer<typeof routes.audit.list>> {
    return this.audit.list(call.query);
  }
}
