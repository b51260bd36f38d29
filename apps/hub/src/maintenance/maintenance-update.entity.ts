import type { ActorName, Audience } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What people write about a maintenance. */
@Entity('maintenance_updates')
export class MaintenanceUpdateEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid', { name: 'maintenance_id' }) maintenanceId!: string;
  @Column('jsonb') author!: ActorName;
  @Column('text') audience!: Audience;
  @Column('text') body!: string;
  @Column('timestamptz', { name: 'posted_at' }) postedAt!: Date;
  @Column('timestamptz', { name: 'edited_at', nullable: true }) editedAt!: Date | null;
  @Column('jsonb', { name: 'edited_by', nullable: true }) editedBy!: ActorName | null;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
  @Column('jsonb', { name: 'deleted_by', nullable: true }) deletedBy!: ActorName | null;
  @Column('integer') version!: number;
}
