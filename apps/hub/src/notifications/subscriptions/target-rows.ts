// A target in columns, and back.
import type { NamedTarget, Target } from '@checkstack/api';
import type { EntityManager } from 'typeorm';
import { invalidField } from '../../problems.js';

export interface TargetColumns {
  systemId: string | null;
  groupId: string | null;
  tag: string | null;
}

export interface TargetNames extends TargetColumns {
  systemName: string | null;
  groupName: string | null;
}

/** Of a row `alias` that has the columns. */
export const targetColumns = (alias: string): string =>
  `${alias}.system_id AS "systemId", ${alias}.group_id AS "groupId", ${alias}.tag,
   (SELECT name FROM systems WHERE id = ${alias}.system_id) AS "systemName",
   (SELECT name FROM groups WHERE id = ${alias}.group_id) AS "groupName"`;

export function columnsOf(target: Target): TargetColumns {
  return {
    systemId: target.kind === 'system' ? target.id : null,
    groupId: target.kind === 'group' ? target.id : null,
    tag: target.kind === 'tag' ? target.tag : null,
  };
}

export function namedTargetOf({ systemId, groupId, tag, systemName, groupName }: TargetNames): NamedTarget {
  if (systemId !== null) return { kind: 'system', id: systemId, name: systemName ?? '' };
  if (groupId !== null) return { kind: 'group', id: groupId, name: groupName ?? '' };
  return tag === null ? { kind: 'everything' } : { kind: 'tag', tag };
}

/** What it names stays until the transaction ends. */
export async function refuseUnknownTarget(manager: EntityManager, target: Target): Promise<void> {
  if (target.kind !== 'system' && target.kind !== 'group') return;
  const rows = await manager.query<unknown[]>(`SELECT FROM ${target.kind}s WHERE id = $1 FOR KEY SHARE`, [target.id]);
  if (rows.length === 0) throw invalidField('target.id', `There is no such ${target.kind}.`);
}

export function targetWords(target: NamedTarget): string {
  if (target.kind === 'everything') return 'everything';
  return target.kind === 'tag' ? `tag ${target.tag}` : target.kind === 'group' ? `group ${target.name}` : target.name;
}
