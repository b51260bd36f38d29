import * as z from 'zod';
import { accessRules } from './access-rules.js';
import { byId, id, instant, name, named, pageOf, paging, version } from './fields.js';
import { route } from './route.js';

const email = z.email('This is not a mail address.').max(254);

export const role = z.object({ id, name: z.string(), builtIn: z.boolean(), rules: z.array(z.enum(accessRules)) });
export type Role = z.infer<typeof role>;

export const user = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: named,
  disabled: z.boolean(),
  createdAt: instant,
  lastSignInAt: instant.nullable(),
  version,
});
export type User = z.infer<typeof user>;

export const apiKey = z.object({
  id,
  name: z.string(),
  role: named,
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  /** Whoever made it is disabled: it does not work. */
  resting: z.boolean(),
  /** The first characters, to recognise it by. */
  hint: z.string(),
});
export type ApiKey = z.infer<typeof apiKey>;

export const roleRoutes = {
  list: route('GET /roles', {
    access: 'access.user.read',
    summary: 'Roles',
    response: z.object({ items: z.array(role) }),
  }),
};

export const userRoutes = {
  list: route('GET /users', {
    access: 'access.user.read',
    summary: 'Users',
    query: z.object(paging),
    response: pageOf(user),
  }),
  create: route('POST /users', {
    access: 'access.user.manage',
    summary: 'Add a user',
    body: z.strictObject({ email, name, roleId: id, password: z.string().min(1).max(1024) }),
    response: user,
    status: 201,
  }),
  read: route('GET /users/:id', { access: 'access.user.read', summary: 'One user', params: byId, response: user }),
  update: route('PATCH /users/:id', {
    access: 'access.user.manage',
    summary:
      'Change name, role, password, or disable; a new password or disabling ends the user’s sessions, and the keys of a disabled user rest',
    params: byId,
    body: z.strictObject({ name, roleId: id, disabled: z.boolean(), password: z.string().min(1).max(1024) }).partial(),
    response: user,
  }),
  remove: route('DELETE /users/:id', {
    access: 'access.user.manage',
    summary: 'Delete a user, and the API keys they made',
    params: byId,
  }),
};

export const apiKeyRoutes = {
  list: route('GET /api-keys', {
    access: 'access.api-key.read',
    summary: 'API keys',
    query: z.object(paging),
    response: pageOf(apiKey),
  }),
  create: route('POST /api-keys', {
    access: 'access.api-key.manage',
    summary: 'Make an API key; the key is in this answer and never again. Its role may not exceed one’s own',
    body: z.strictObject({ name, roleId: id, expiresAt: instant.nullable().default(null) }),
    response: z.object({ apiKey, key: z.string() }),
    status: 201,
  }),
  remove: route('DELETE /api-keys/:id', {
    access: 'access.api-key.manage',
    summary: 'Revoke an API key',
    params: byId,
  }),
};
