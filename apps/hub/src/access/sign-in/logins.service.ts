import type { Login } from '@checkstack/api';
import { jsonSchemaOf } from '@checkstack/plugin-sdk/runtime';
import type { LoginDefinition } from '@checkstack/plugin-sdk';
import { plugins } from '@checkstack/plugins';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import * as z from 'zod';
import { HubProblem, invalidField } from '../../problems.js';
import { fieldsOf } from '../../rest/route.interceptor.js';
import { SignInFailures } from './sign-in-failures.js';

const passwordLogin = 'password';

/** The ways to sign in that the plugins bring. */
@Injectable()
export class Logins {
  private readonly logger = new Logger('access');
  private readonly logins = new Map(
    plugins.flatMap((plugin) => plugin.logins ?? []).map((login): [string, LoginDefinition] => [login.id, login]),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly failures: SignInFailures,
  ) {}

  list(): Login[] {
    return [...this.logins.values()].map(({ id, title, description, form }) => ({
      id,
      title,
      description,
      form: jsonSchemaOf(form),
    }));
  }

  /** The id of the user who proves to be themselves. Throws wrong_credentials, which tells nothing about who exists. */
  async prove(loginId: string, input: unknown, address: string): Promise<string> {
    const login = this.logins.get(loginId);
    if (!login) throw invalidField('login', 'There is no such way to sign in.');
    const parsed = login.form.safeParse(input);
    if (!parsed.success) {
      const fields = fieldsOf(parsed.error).map(({ path, message }) => ({ path: `input.${path}`, message }));
      throw new HubProblem('invalid_request', { fields });
    }
    await this.failures.beginFrom(address);
    let account: string | null = null;
    const proven = await login.signIn(parsed.data, {
      findCredential: async (email) => {
        account = email;
        await this.failures.beginAs(email);
        return this.find(loginId, email);
      },
    });
    if (!proven) {
      // Without the mail address: people type their password there.
      this.logger.warn(`A sign-in from ${address} was refused.`);
      throw new HubProblem('wrong_credentials');
    }
    await this.failures.succeeded(account, address);
    return proven.userId;
  }

  async provePassword(userId: string, password: string, address: string): Promise<boolean> {
    const [user] = await this.dataSource.query<{ email: string }[]>('SELECT email FROM users WHERE id = $1', [userId]);
    try {
      return (await this.prove(passwordLogin, { email: user?.email, password }, address)) === userId;
    } catch (error) {
      if (error instanceof HubProblem && error.code === 'wrong_credentials') return false;
      throw error;
    }
  }

  /** What to store of a new password. Throws a HubProblem that names `field` when the password breaks the rule. */
  async hashPassword(password: string, field: string): Promise<string> {
    try {
      const credential = await this.logins.get(passwordLogin)?.createCredential?.(password);
      if (credential === undefined) throw new Error('The password login makes no credentials.');
      return credential;
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw invalidField(field, `The password ${error.issues[0]?.message ?? 'breaks the rule'}.`);
    }
  }

  async storePassword(manager: EntityManager, userId: string, credential: string): Promise<void> {
    await manager.query(
      `INSERT INTO credentials (user_id, login, credential) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, login) DO UPDATE SET credential = excluded.credential, updated_at = now()`,
      [userId, passwordLogin, credential],
    );
  }

  private async find(login: string, email: string): Promise<{ userId: string; credential: string } | null> {
    const [row] = await this.dataSource.query<{ userId: string; credential: string }[]>(
      `SELECT users.id AS "userId", credential FROM users JOIN credentials ON credentials.user_id = users.id
       WHERE lower(email) = lower($2) AND login = $1 AND NOT disabled`,
      [login, email],
    );
    return row ?? null;
  }
}
