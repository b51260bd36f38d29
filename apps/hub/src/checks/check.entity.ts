import type { CollectorUse, Schedule } from '@checkstack/api';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its id is made before the row, because it is part of the seal of its secrets. Its state is written by health/. */
@Entity('checks')
export class CheckEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') kind!: string;
  @Column('jsonb') config!: Record<string, unknown>;
  @Column('jsonb') collectors!: CollectorUse[];
  @Column('jsonb') schedule!: Schedule;
  @Column('integer', { name: 'timeout_ms' }) timeoutMs!: number;
  @Column('boolean') paused!: boolean;
  @Column('text', { array: true }) tags!: string[];
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}
