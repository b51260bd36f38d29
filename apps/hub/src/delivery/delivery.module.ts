import { Module } from '@nestjs/common';
import { Courier } from './courier.js';
import { DeliveriesController } from './deliveries.controller.js';
import { Deliveries } from './deliveries.service.js';
import { DeliveryCleaning } from './delivery-cleaning.js';
import { DeliveryLog } from './delivery-log.service.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { SenderConfigs } from './sender-configs.js';
import { Senders } from './senders.service.js';

@Module({
  controllers: [DeliveriesController],
  providers: [Courier, Deliveries, DeliveryCleaning, DeliveryLog, DeliveryMetrics, SenderConfigs, Senders],
  exports: [Deliveries, SenderConfigs, Senders],
})
export class DeliveryModule {}
