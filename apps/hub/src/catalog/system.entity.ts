import type { System } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Groups and environments are plain rows beside it; its state is written by health/. */
@Entity('systems')
export class SystemEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') description!: string;
  @Column('jsonb') contacts!: System['contacts'];
  @Column('jsonb') links!: System['links'];
  @Column('text', { array: true }) tags!: string[];
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}
