import type { Group } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { worstOf } from '../health/roll-up.js';

interface Row {
  id: string;
  name: string;
  states: number[];
  created_at: Date;
  version: number;
}

/** All groups by name, or one of them, each with its systems' count and worst state. */
export async function selectGroups(manager: EntityManager, id?: string): Promise<Group[]> {
  const rows = await manager.query<Row[]>(
    `SELECT id, name, created_at, version,
            ARRAY(SELECT state FROM system_groups JOIN systems ON systems.id = system_id WHERE group_id = groups.id) AS states
     FROM groups WHERE $1::uuid IS NULL OR id = $1 ORDER BY lower(name), id`,
    [id ?? null],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    systemCount: row.states.length,
    state: row.states.length === 0 ? 'unknown' : worstOf(row.states.map((state) => verdicts[state] ?? 'unknown')),
    createdAt: row.created_at.toISOString(),
    version: row.version,
  }));
}
