import * as z from 'zod';
import { partialOf } from './catalog.js';
import { byId, description, id, instant, name, version } from './fields.js';
import { route } from './route.js';

const teamFields = {
  name,
  description: description.default(''),
  members: z
    .array(z.strictObject({ userId: id, manager: z.boolean().default(false) }))
    .max(500)
    .refine((members) => new Set(members.map(({ userId }) => userId)).size === members.length, 'Name each user once.')
    .default([]),
};

export const team = z.object({
  id,
  ...teamFields,
  /** By name. Managers may edit the team. */
  members: z.array(z.object({ userId: id, name: z.string(), manager: z.boolean() })),
  createdAt: instant,
  version,
});
export type Team = z.infer<typeof team>;

export const teamRoutes = {
  list: route('GET /teams', {
    access: 'access.team.read',
    summary: 'Teams by name',
    response: z.object({ items: z.array(team) }),
  }),
  read: route('GET /teams/:id', { access: 'access.team.read', summary: 'One team', params: byId, response: team }),
  create: route('POST /teams', {
    access: 'access.team.manage',
    summary: 'Add a team',
    body: z.strictObject(teamFields),
    response: team,
    status: 201,
  }),
  update: route('PATCH /teams/:id', {
    access: 'access.team.read',
    summary: 'Change a team: who may manage teams, and the team’s own managers',
    params: byId,
    body: partialOf(teamFields),
    response: team,
  }),
  remove: route('DELETE /teams/:id', {
    access: 'access.team.manage',
    summary: 'Delete a team, and its subscriptions',
    params: byId,
  }),
};
