import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What people edit of a satellite; what it reports of itself is in the same row and written by plain SQL. */
@Entity('satellites')
export class SatelliteEntity {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('uuid', { name: 'location_id' }) locationId!: string;
  @Column('text', { array: true }) tags!: string[];
  @Column('boolean') local!: boolean;
  @Column('boolean') draining!: boolean;
  @Column('boolean') disabled!: boolean;
  @Column('integer', { name: 'offline_tolerance_seconds' }) offlineToleranceSeconds!: number;
  @Column('integer') version!: number;
}
