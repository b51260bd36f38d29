import type { Slice } from '@checkstack/api';
import { worstFirst } from '../ui/state-badge.js';

export interface Matrix {
  places: string[];
  rows: { name: string; cells: (Slice | undefined)[] }[];
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** More cards are a wall. */
const mostCards = 12;

/** Cards say more of a few slices; a matrix shows many, and those that differ in two ways. */
export function wantsMatrix(slices: readonly Slice[]): boolean {
  if (slices.length > mostCards) return true;
  const { places, rows } = matrixOf(slices);
  return places.length > 1 && rows.length > 1;
}

/** Places across; systems, checks and environments down as far as they differ; rows with the worst states first. */
export function matrixOf(slices: readonly Slice[]): Matrix {
  const places = [...new Set(slices.map(({ place }) => place))].sort((left, right) => byName.compare(left, right));
  const differs = (part: (slice: Slice) => string | undefined) => new Set(slices.map(part)).size > 1;
  const saysSystem = differs(({ system }) => system.id);
  const saysCheck = differs(({ check }) => check.id);
  const rows = new Map<string, Matrix['rows'][number]>();
  for (const slice of slices) {
    const parts = [
      saysSystem ? slice.system.name : undefined,
      saysCheck ? slice.check.name : undefined,
      slice.environment?.name ?? (saysSystem || saysCheck ? undefined : 'No environment'),
    ];
    const name = parts.filter(Boolean).join(' · ');
    const key = [slice.system.id, slice.check.id, slice.environment?.id].join(' ');
    const row = rows.get(key) ?? { name, cells: Array.from({ length: places.length }) };
    row.cells[places.indexOf(slice.place)] = slice;
    rows.set(key, row);
  }
  const ranked = [...rows.values()].map((row) => ({ row, rank: rankOf(row.cells) }));
  ranked.sort((left, right) => left.rank - right.rank || byName.compare(left.row.name, right.row.name));
  return { places, rows: ranked.map(({ row }) => row) };
}

/** The worst state first, and of the same the one that more places see. */
function rankOf(cells: readonly (Slice | undefined)[]): number {
  const places = cells.flatMap((slice) => (slice ? [worstFirst.indexOf(slice.state.state)] : []));
  const worst = Math.min(...places);
  return worst - places.filter((place) => place === worst).length / (cells.length + 1);
}
