// Updates as their readers get them.
import type { Audience, IncidentUpdate } from '@checkstack/api';
import { may, type Actor } from '../actor.js';
import type { IncidentUpdateEntity } from './incident-update.entity.js';

/** Whose updates somebody who reads incidents gets to see. */
export function audiencesOf(actor: Actor): Audience[] {
  const audiences: Audience[] = ['public', 'signed-in'];
  return may(actor, 'incidents.incident.manage') ? [...audiences, 'internal'] : audiences;
}

export function updateOf(row: IncidentUpdateEntity): IncidentUpdate {
  return {
    id: row.id,
    author: row.author,
    audience: row.audience,
    body: row.deletedAt ? null : row.body,
    postedAt: row.postedAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
    deletedBy: row.deletedBy,
    version: row.version,
  };
}
