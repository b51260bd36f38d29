import type { Impact } from '@checkstack/api';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { StoredRule } from './dependency-rows.js';

@Entity('dependencies')
export class DependencyEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid', { name: 'downstream_id' }) downstreamId!: string;
  @Column('uuid', { name: 'upstream_id' }) upstreamId!: string;
  @Column('text') impact!: Impact;
  @Column('boolean') transitive!: boolean;
  @Column('text') label!: string;
  @Column('jsonb') rules!: StoredRule[];
  @Column('integer') version!: number;
}
