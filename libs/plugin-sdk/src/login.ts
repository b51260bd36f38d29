import type { z } from 'zod';

/** What a login strategy gets from the hub. */
export interface LoginHost {
  /** The stored credential of an enabled user, found by mail address; null when there is none. */
  findCredential(email: string): Promise<{ userId: string; credential: string } | null>;
}

/** A way to sign in. */
export interface LoginDefinition<Form extends z.ZodObject = z.ZodObject> {
  id: string;
  title: string;
  description: string;
  /** The fields that the sign-in page shows. */
  form: Form;
  /** The user who proved to be themselves; null when refused. Takes as long for an unknown user as for a wrong password. */
  signIn(input: z.output<Form>, host: LoginHost): Promise<{ userId: string } | null>;
  /** For strategies with a password of their own: checks the rule and makes the credential to store. Throws z.ZodError. */
  createCredential?(password: string): Promise<string>;
}

export function defineLogin<Form extends z.ZodObject>(login: LoginDefinition<Form>): LoginDefinition {
  return login;
}
