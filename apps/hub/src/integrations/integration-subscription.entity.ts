import type { Family, Importance } from '@checkstack/api';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Its id is made before the row, because it is part of the seal of its secrets. */
@Entity('integration_subscriptions')
export class IntegrationSubscriptionEntity {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid', { name: 'integration_id' }) integrationId!: string;
  @Column('text') name!: string;
  @Column('boolean') enabled!: boolean;
  @Column('text', { array: true }) events!: string[];
  @Column('text', { array: true }) families!: Family[];
  @Column('text', { name: 'least_importance' }) leastImportance!: Importance;
  @Column('uuid', { array: true, name: 'system_ids' }) systemIds!: string[];
  @Column('uuid', { array: true, name: 'group_ids' }) groupIds!: string[];
  @Column('text', { array: true }) tags!: string[];
  @Column('jsonb') options!: Record<string, unknown>;
  @Column('text', { nullable: true }) template!: string | null;
  @Column('integer') version!: number;
}
