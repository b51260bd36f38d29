import type { EntityManager, EntityTarget, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { HubProblem } from '../problems.js';

/** The row, locked until the transaction ends, in the version that the editor has read. */
export async function lockForEdit<Entity extends ObjectLiteral & { id: string; version: number }>(
  manager: EntityManager,
  entity: EntityTarget<Entity>,
  id: string,
  version: number | undefined,
): Promise<Entity> {
  const row = await manager.findOne(entity, {
    where: { id } as FindOptionsWhere<Entity>,
    // Rows that refer to it may still come.
    lock: { mode: 'for_no_key_update' },
  });
  if (row === null) throw new HubProblem('not_found');
  if (version !== undefined && version !== row.version) throw new HubProblem('changed_meanwhile');
  return row;
}

/** The ids that name no row of this table; the others are held until the transaction ends. */
export async function unknownIds<Entity extends ObjectLiteral & { id: string }>(
  manager: EntityManager,
  entity: EntityTarget<Entity>,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { tablePath } = manager.connection.getMetadata(entity);
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM ${tablePath} WHERE id = ANY($1) ORDER BY id FOR KEY SHARE`,
    [ids],
  );
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

/** What an edit leaves behind: `before` with the fields that `input` carries. */
export function merged<Row extends object>(before: Row, input: { [Key in keyof Row]?: Row[Key] | undefined }): Row {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return { ...before, ...given };
}

/** A text as a LIKE pattern that finds just it, anywhere. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
