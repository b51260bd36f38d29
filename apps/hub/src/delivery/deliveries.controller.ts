import { routes, type Delivery, type DeliveryDetail, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { DeliveryLog } from './delivery-log.service.js';

@Controller()
export class DeliveriesController {
  constructor(private readonly log: DeliveryLog) {}

  @Route(routes.deliveries.list)
  list(
    @Call() { query }: RouteCall<typeof routes.deliveries.list>,
  ): Promise<{ items: Delivery[]; next: string | null }> {
    return this.log.list(query);
  }

  @Route(routes.deliveries.read)
  read(@Call() { params }: RouteCall<typeof routes.deliveries.read>): Promise<DeliveryDetail> {
    return this.log.read(params.id);
  }

  @Route(routes.deliveries.retry)
  retry(@Call() { params, actor }: RouteCall<typeof routes.deliveries.retry>): Promise<Delivery> {
    return this.log.retry(params.id, actor);
  }

  @Route(routes.deliveries.cancel)
  cancel(@Call() { params, actor }: RouteCall<typeof routes.deliveries.cancel>): Promise<Delivery> {
    return this.log.cancel(params.id, actor);
  }

  @Route(routes.deliveries.retryDead)
  async retryDead(
    @Call() { body, actor }: RouteCall<typeof routes.deliveries.retryDead>,
  ): Promise<RouteAnswer<typeof routes.deliveries.retryDead>> {
    return { count: await this.log.retryDead(body, actor) };
  }
}
