import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its id is made before the row, because it is part of the seal of its secrets. */
@Entity('destinations')
export class DestinationEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'channel_id' }) channelId!: string;
  @Column('uuid', { name: 'user_id', nullable: true }) userId!: string | null;
  @Column('uuid', { name: 'team_id', nullable: true }) teamId!: string | null;
  @Column('jsonb') address!: Record<string, unknown>;
  @Column('boolean') enabled!: boolean;
  @Column('integer') version!: number;
}
