import type { Assignment } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Its locations and satellite tags are plain rows beside it; its state is written by health/. */
@Entity('assignments')
export class AssignmentEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid', { name: 'check_id' }) checkId!: string;
  @Column('uuid', { name: 'system_id' }) systemId!: string;
  @Column('boolean') enabled!: boolean;
  @Column('jsonb') thresholds!: Omit<Assignment['thresholds'], 'window'>;
  @Column('smallint', { name: 'threshold_window' }) window!: number | null;
  @Column('jsonb') quorum!: Assignment['quorum'];
  @Column('jsonb') environments!: Assignment['environments'];
  @Column('text') satellites!: Assignment['satellites'];
  @Column('boolean') confirm!: boolean;
  @Column('integer', { name: 'retention_days' }) retentionDays!: number;
  @Column('integer', { name: 'hourly_retention_days' }) hourlyRetentionDays!: number;
  @Column('integer', { name: 'daily_retention_days' }) dailyRetentionDays!: number;
  @Column('integer') version!: number;
}
