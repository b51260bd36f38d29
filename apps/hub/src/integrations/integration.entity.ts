import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its id is made before the row, because it is part of the seal of its secrets. */
@Entity('integrations')
export class IntegrationEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('text') kind!: string;
  @Column('jsonb') config!: Record<string, unknown>;
  @Column('boolean') enabled!: boolean;
  @Column('integer') version!: number;
}
