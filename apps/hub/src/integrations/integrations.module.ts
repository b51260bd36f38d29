import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { IntegrationEntity } from './integration.entity.js';
import { IntegrationSubscriptionEntity } from './integration-subscription.entity.js';
import { IntegrationSubscriptions } from './integration-subscriptions.service.js';
import { IntegrationsController } from './integrations.controller.js';
import { Integrations } from './integrations.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([IntegrationEntity, IntegrationSubscriptionEntity]), DeliveryModule],
  controllers: [IntegrationsController],
  providers: [Integrations, IntegrationSubscriptions],
  exports: [Integrations],
})
export class IntegrationsModule {}
