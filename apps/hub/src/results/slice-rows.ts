// What a slice is called and where it belongs: joined to everything that is read of results.
import type { Named, Slice, StateNow } from '@checkstack/api';
import { stateOf } from '../health/outlook-rows.js';
import { placeJoins, placeName } from '../satellites/slice-places.js';

/** `s` is the slice. */
export const sliceJoins = `
  JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id JOIN systems sy ON sy.id = a.system_id
  ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id`;

export const sliceColumns = `
  s.id AS "sliceId", a.id AS "assignmentId", c.id AS "checkId", c.name AS "checkName", c.kind AS "checkKind",
  sy.id AS "systemId", sy.name AS "systemName", e.id AS "environmentId", e.name AS "environmentName",
  l.id AS "locationId", l.name AS "locationName", s.tag, ${placeName} AS place`;

export interface SliceNames {
  sliceId: string;
  assignmentId: string;
  checkId: string;
  checkName: string;
  checkKind: string;
  systemId: string;
  systemName: string;
  environmentId: string | null;
  environmentName: string | null;
  locationId: string | null;
  locationName: string | null;
  tag: string | null;
  place: string;
}

export function namesOf(
  row: SliceNames,
): Pick<Slice, 'check' | 'system' | 'environment' | 'location' | 'tag' | 'place'> {
  return {
    check: { id: row.checkId, name: row.checkName, kind: row.checkKind },
    system: { id: row.systemId, name: row.systemName },
    environment: named(row.environmentId, row.environmentName),
    location: named(row.locationId, row.locationName),
    tag: row.tag,
    place: row.place,
  };
}

export function named(id: string | null, name: string | null): Named | null {
  return id === null || name === null ? null : { id, name };
}

/** Whose results are asked for. */
export interface Subject {
  checkId?: string | undefined;
  systemId?: string | undefined;
  sliceId?: string | undefined;
}

/** Of the given filters, those that are set, as one condition; `parameters` grows with them. */
export function conditions(parameters: unknown[], filters: Record<string, unknown>): string {
  const set = Object.entries(filters).filter(([, value]) => value !== undefined);
  return ['true', ...set.map(([sql, value]) => sql.replaceAll('?', `$${parameters.push(value)}`))].join(' AND ');
}

export function stateNow(state: number, since: Date | null, reason: string | null): StateNow {
  return { state: stateOf(state), since: since?.toISOString() ?? null, reason };
}
