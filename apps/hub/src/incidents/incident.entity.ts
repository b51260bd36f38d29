import type { ActorName, Incident } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

export type StoredActionItem = Omit<Incident['actionItems'][number], 'owner'>;

/** Its systems, responders and relations are plain rows beside it. */
@Entity('incidents')
export class IncidentEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') title!: string;
  @Column('text') description!: string;
  @Column('text') status!: Incident['status'];
  @Column('text') severity!: Incident['severity'];
  @Column('boolean', { name: 'suppress_notifications' }) suppressNotifications!: boolean;
  @Column('jsonb') links!: Incident['links'];
  @Column('uuid', { name: 'lead_id', nullable: true }) leadId!: string | null;
  @Column('text', { name: 'post_mortem' }) postMortem!: string;
  @Column('jsonb', { name: 'action_items' }) actionItems!: StoredActionItem[];
  @Column('jsonb', { name: 'opened_by' }) openedBy!: ActorName;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('jsonb', { name: 'acknowledged_by', nullable: true }) acknowledgedBy!: ActorName | null;
  @Column('timestamptz', { name: 'acknowledged_at', nullable: true }) acknowledgedAt!: Date | null;
  @Column('timestamptz', { name: 'resolved_at', nullable: true }) resolvedAt!: Date | null;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}
