import * as z from 'zod';
import { accessRules } from './access-rules.js';
import { id, instant } from './fields.js';
import { route } from './route.js';

const email = z.email('This is not a mail address.').max(254);
const password = z.string().min(1).max(1024);

export const session = z.object({
  user: z.object({ id, email: z.string(), name: z.string() }),
  role: z.string(),
  rules: z.array(z.enum(accessRules)),
  expiresAt: instant,
});
export type Session = z.infer<typeof session>;

/** A browser that is signed in. */
export const signedInBrowser = z.object({
  id,
  createdAt: instant,
  lastSeenAt: instant,
  address: z.string(),
  userAgent: z.string(),
  current: z.boolean(),
});
export type SignedInBrowser = z.infer<typeof signedInBrowser>;

export const login = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  /** JSON Schema of the fields that the strategy asks for. */
  form: z.record(z.string(), z.unknown()),
});
export type Login = z.infer<typeof login>;

export const setupRoutes = {
  read: route('GET /setup', {
    access: 'public',
    summary: 'Whether the first administrator is still to be created',
    response: z.object({ needed: z.boolean() }),
  }),
  complete: route('POST /setup', {
    access: 'public',
    summary: 'Create the first administrator with the one-time token from the hub’s log, and sign in',
    body: z.strictObject({
      token: z.string().trim().min(1).max(200),
      email,
      name: z.string().trim().min(1).max(120),
      password,
    }),
    response: session,
  }),
};

export const sessionRoutes = {
  logins: route('GET /logins', {
    access: 'public',
    summary: 'The ways to sign in',
    response: z.object({ items: z.array(login) }),
  }),
  signIn: route('POST /session', {
    access: 'public',
    summary: 'Sign in; sets the session cookie',
    body: z.strictObject({ login: z.string().max(60).default('password'), input: z.record(z.string(), z.unknown()) }),
    response: session,
  }),
  read: route('GET /session', {
    access: 'signed-in',
    summary: 'Who is signed in, and what they may do',
    response: session,
  }),
  signOut: route('DELETE /session', { access: 'signed-in', summary: 'Sign out' }),
  changePassword: route('PUT /session/password', {
    access: 'signed-in',
    summary: 'Change one’s own password; ends all other sessions',
    body: z.strictObject({ current: password, next: password }),
  }),
  list: route('GET /sessions', {
    access: 'signed-in',
    summary: 'One’s own signed-in browsers',
    response: z.object({ items: z.array(signedInBrowser) }),
  }),
  revoke: route('DELETE /sessions/:id', {
    access: 'signed-in',
    summary: 'Sign one of one’s own browsers out',
    params: z.object({ id }),
  }),
};
