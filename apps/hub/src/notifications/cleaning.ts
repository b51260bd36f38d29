import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Jobs } from '../cluster/jobs.js';

const statements = [
  `DELETE FROM notifications WHERE at < now() - interval '90 days'`,
  `DELETE FROM kept_quiet WHERE at < now() - interval '90 days'`,
  `DELETE FROM alerts WHERE ended_at < now() - interval '1096 days'`,
  `DELETE FROM alert_recipients r USING alerts a WHERE a.id = r.alert_id AND a.ended_at < now() - interval '1 day'`,
  `DELETE FROM escalations e USING alerts a WHERE a.id = e.alert_id AND a.ended_at < now() - interval '1 day'`,
];

/** What nobody looks back at any more. */
@Injectable()
export class NotificationCleaning implements OnModuleInit {
  constructor(private readonly jobs: Jobs) {}

  onModuleInit(): void {
    this.jobs.every('notifications-cleaning', { cron: '50 0 * * *' }, async (manager: EntityManager) => {
      for (const statement of statements) await manager.query(statement);
    });
  }
}
