import type { Sql } from '../health/outlook-rows.js';

export interface SliceOwner {
  checkId: string;
  systemId: string;
}

const mostKept = 100_000;

/** To which check and system a slice belongs. That never changes, so it is read once. */
export class SliceOwners {
  private readonly owners = new Map<number, SliceOwner>();

  async of(sql: Sql, slices: Iterable<number>): Promise<ReadonlyMap<number, SliceOwner>> {
    const unknown = [...new Set(slices)].filter((slice) => !this.owners.has(slice));
    if (unknown.length === 0) return this.owners;
    if (this.owners.size > mostKept) this.owners.clear();
    const rows = await sql.query<(SliceOwner & { number: number })[]>(
      `SELECT s.number, a.check_id AS "checkId", a.system_id AS "systemId"
       FROM slices s JOIN assignments a ON a.id = s.assignment_id WHERE s.number = ANY($1)`,
      [unknown],
    );
    for (const { number, ...owner } of rows) this.owners.set(number, owner);
    return this.owners;
  }
}
