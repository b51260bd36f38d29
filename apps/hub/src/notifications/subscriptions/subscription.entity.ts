import type { Family } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Of a user or of a team; to one thing, or with none of the three to everything. */
@Entity('subscriptions')
export class SubscriptionEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('uuid', { name: 'team_id', nullable: true })
  teamId!: string | null;

  @Column('uuid', { name: 'system_id', nullable: true })
  systemId!: string | null;

  @Column('uuid', { name: 'group_id', nullable: true })
  groupId!: string | null;

  @Column('text', { nullable: true })
  tag!: string | null;

  @Column('text', { array: true })
  families!: Family[];

  @Column('smallint', { name: 'least_importance' })
  leastImportance!: number;

  @Column('integer', { name: 'reminder_minutes', nullable: true })
  reminderMinutes!: number | null;

  @Column('integer', { default: 1 })
  version!: number;
}
