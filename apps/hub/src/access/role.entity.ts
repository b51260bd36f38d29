import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('roles')
export class Role {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  @Column('boolean', { name: 'built_in' })
  builtIn!: boolean;

  /** null: all there are, now and later. */
  @Column('text', { array: true, nullable: true })
  rules!: string[] | null;
}
