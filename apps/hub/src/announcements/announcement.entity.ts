import type { ActorName, Announcement } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who put it away stands in plain rows beside it. */
@Entity('announcements')
export class AnnouncementEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') message!: string;
  @Column('text') severity!: Announcement['severity'];
  @Column('text') audience!: Announcement['audience'];
  @Column('text') place!: Announcement['place'];
  @Column('timestamptz', { name: 'from_at' }) fromAt!: Date;
  @Column('timestamptz', { name: 'until_at', nullable: true }) untilAt!: Date | null;
  @Column('boolean') dismissible!: boolean;
  @Column('timestamptz', { name: 'announced_at', nullable: true }) announcedAt!: Date | null;
  @Column('jsonb', { name: 'created_by' }) createdBy!: ActorName;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}
