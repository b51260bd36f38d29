import type { ActorName, MaintenanceStatus } from '@checkstack/api';
import { Column, PrimaryGeneratedColumn, Entity } from 'typeorm';

/** What a single maintenance and a series have in common. */
abstract class Planned {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') title!: string;
  @Column('text') description!: string;
  @Column('timestamptz', { name: 'from_at' }) fromAt!: Date;
  @Column('timestamptz', { name: 'to_at' }) toAt!: Date;
  @Column('boolean', { name: 'suppress_notifications' }) suppressNotifications!: boolean;
  @Column('boolean', { name: 'exclude_from_availability' }) excludeFromAvailability!: boolean;
  @Column('integer', { name: 'reminder_minutes', array: true }) reminderMinutes!: number[];
  @Column('jsonb', { name: 'created_by' }) createdBy!: ActorName;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

/** Its systems and groups are plain rows beside it. */
@Entity('maintenances')
export class MaintenanceEntity extends Planned {
  @Column('uuid', { name: 'series_id', nullable: true }) seriesId!: string | null;
  @Column('boolean', { name: 'changed_alone' }) changedAlone!: boolean;
  @Column('text') status!: MaintenanceStatus;
  @Column('timestamptz', { name: 'started_at', nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column('timestamptz', { name: 'next_reminder_at', nullable: true }) nextReminderAt!: Date | null;
}

@Entity('maintenance_series')
export class MaintenanceSeriesEntity extends Planned {
  @Column('text') rule!: string;
  @Column('text', { name: 'time_zone' }) timeZone!: string;
  @Column('timestamptz', { name: 'made_until' }) madeUntil!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
}
