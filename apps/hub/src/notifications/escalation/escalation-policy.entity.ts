import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('escalation_policies')
export class EscalationPolicyEntity {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('uuid', { name: 'system_id', nullable: true })
  systemId!: string | null;

  @Column('uuid', { name: 'group_id', nullable: true })
  groupId!: string | null;

  @Column('text', { nullable: true })
  tag!: string | null;

  @Column('smallint', { name: 'least_importance' })
  leastImportance!: number;

  @Column('jsonb')
  steps!: { afterMinutes: number; userIds: string[]; teamIds: string[] }[];

  @Column('integer', { default: 1 })
  version!: number;
}
