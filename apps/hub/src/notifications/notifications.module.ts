import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChannelsModule } from '../channels/channels.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { AlertStore } from './alerts/alert-store.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { Alerts } from './alerts/alerts.service.js';
import { Due } from './alerts/due.js';
import { Suppressions } from './alerts/suppressions.js';
import { NotificationCleaning } from './cleaning.js';
import { EscalationPoliciesController } from './escalation/escalation-policies.controller.js';
import { EscalationPolicies } from './escalation/escalation-policies.service.js';
import { EscalationPolicyEntity } from './escalation/escalation-policy.entity.js';
import { InboxController } from './inbox/inbox.controller.js';
import { Inbox } from './inbox/inbox.service.js';
import { Router } from './router.js';
import { Routing } from './routing.js';
import { Reaches } from './subscriptions/reach.service.js';
import { SettingsController } from './subscriptions/settings.controller.js';
import { NotificationSettings } from './subscriptions/settings.service.js';
import { SubscriptionEntity } from './subscriptions/subscription.entity.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { Subscriptions } from './subscriptions/subscriptions.service.js';
import { Teller } from './teller.js';

/** Who is told of what, and why. */
@Module({
  imports: [
    TypeOrmModule.forFeature([SubscriptionEntity, EscalationPolicyEntity]),
    IncidentsModule,
    ChannelsModule,
    DeliveryModule,
    IntegrationsModule,
  ],
  controllers: [
    InboxController,
    SubscriptionsController,
    SettingsController,
    AlertsController,
    EscalationPoliciesController,
  ],
  providers: [
    Router,
    Routing,
    Teller,
    AlertStore,
    Suppressions,
    Due,
    Alerts,
    EscalationPolicies,
    Inbox,
    Subscriptions,
    NotificationSettings,
    Reaches,
    NotificationCleaning,
  ],
  exports: [Inbox],
})
export class NotificationsModule {}
