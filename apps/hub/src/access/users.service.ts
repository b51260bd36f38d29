import type { User as UserAnswer } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, type EntityManager } from 'typeorm';
import * as z from 'zod';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, unknownIds } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { Role } from './role.entity.js';
import { refuseBeyond, Roles } from './roles.service.js';
import { Sessions } from './sessions.service.js';
import { Logins } from './sign-in/logins.service.js';
import { SignInFailures } from './sign-in/sign-in-failures.js';
import { User } from './user.entity.js';

const position = z.tuple([z.string(), z.uuid()]);

interface UserEdit {
  name?: string | undefined;
  roleId?: string | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
}

@Injectable()
export class Users {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly roles: Roles,
    private readonly logins: Logins,
    private readonly failures: SignInFailures,
    private readonly sessions: Sessions,
    private readonly edits: Edits,
  ) {}

  async list(query: {
    limit: number;
    after?: string | undefined;
  }): Promise<{ items: UserAnswer[]; next: string | null }> {
    const after = decodeCursor(query.after, position);
    const select = this.dataSource.manager
      .createQueryBuilder(User, 'user')
      .innerJoinAndSelect('user.role', 'role')
      .orderBy('user.name')
      .addOrderBy('user.id')
      .limit(query.limit + 1);
    if (after) select.where('(user.name, user.id) > (:name, :id)', { name: after[0], id: after[1] });
    const { items, next } = pageOf(await select.getMany(), query.limit, (user) => [user.name, user.id]);
    return { items: items.map(answerOf), next };
  }

  async read(id: string): Promise<UserAnswer> {
    return answerOf(await this.find(this.dataSource.manager, id));
  }

  /** The ids that name no user; the others are held until the transaction ends. */
  unknownOf(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
    return unknownIds(manager, User, ids);
  }

  /** By id; of those that exist. */
  async namesOf(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const users = await manager.find(User, { select: { id: true, name: true }, where: { id: In([...new Set(ids)]) } });
    return new Map(users.map(({ id, name }) => [id, name]));
  }

  async create(
    input: { email: string; name: string; roleId: string; password: string },
    actor: Actor,
  ): Promise<UserAnswer> {
    const credential = await this.logins.hashPassword(input.password, 'password');
    return this.edits.run(async (manager) => {
      const role = await this.roles.given(manager, input.roleId, actor);
      const id = await this.insert(manager, { ...input, role, credential }, actor);
      return answerOf(await this.find(manager, id));
    });
  }

  async createAdministrator(
    manager: EntityManager,
    input: { email: string; name: string; credential: string },
    actor: Actor,
  ): Promise<string> {
    const role = await manager.findOneByOrFail(Role, { name: 'admin', builtIn: true });
    return this.insert(manager, { ...input, role }, actor);
  }

  async update(id: string, input: UserEdit, actor: Actor, version: number | undefined): Promise<UserAnswer> {
    const credential =
      input.password === undefined ? undefined : await this.logins.hashPassword(input.password, 'password');
    return this.edits.run(async (manager) => {
      await lockAdministrators(manager);
      await lockForEdit(manager, User, id, version);
      const user = await this.find(manager, id);
      refuseBeyond(actor, user.role);
      const before = fieldsOf(user);
      user.name = input.name ?? user.name;
      user.disabled = input.disabled ?? user.disabled;
      if (input.roleId !== undefined && input.roleId !== user.role.id)
        user.role = await this.roles.given(manager, input.roleId, actor);
      const after = fieldsOf(user);
      await manager.save(user);
      if (credential !== undefined) await this.setPassword(manager, user, credential);
      const mayAsBefore = before.role === after.role && !after.disabled;
      if (!mayAsBefore || credential !== undefined)
        await this.sessions.endAll(manager, id, mayAsBefore && actor.id === id ? actor.sessionId : undefined);
      await refuseWithoutAdministrator(manager);
      await this.edits.record(manager, actor, {
        thing: 'user',
        id,
        name: user.name,
        before: { ...before, password: null },
        after: { ...after, password: credential === undefined ? null : { $sealed: '' } },
      });
      return answerOf(await this.find(manager, id));
    });
  }

  async remove(id: string, actor: Actor, version: number | undefined): Promise<void> {
    await this.edits.run(async (manager) => {
      await lockAdministrators(manager);
      await lockForEdit(manager, User, id, version);
      const user = await this.find(manager, id);
      refuseBeyond(actor, user.role);
      await this.sessions.endAll(manager, id);
      const keys = await manager.query<{ name: string }[]>(
        'SELECT name FROM api_keys WHERE created_by_id = $1 ORDER BY name',
        [id],
      );
      await manager.delete(User, { id });
      await refuseWithoutAdministrator(manager);
      const apiKeys = keys.length === 0 ? {} : { apiKeys: keys.map(({ name }) => name) };
      const before = { ...fieldsOf(user), ...apiKeys };
      await this.edits.record(manager, actor, { thing: 'user', id, name: user.name, before });
    });
  }

  private async insert(
    manager: EntityManager,
    input: { email: string; name: string; role: Role; credential: string },
    actor: Actor,
  ): Promise<string> {
    const user = manager.create(User, { email: input.email, name: input.name, role: input.role, disabled: false });
    await manager.insert(User, user).catch(asTakenEmail);
    await this.logins.storePassword(manager, user.id, input.credential);
    await this.edits.record(manager, actor, { thing: 'user', id: user.id, name: user.name, after: fieldsOf(user) });
    return user.id;
  }

  private async setPassword(manager: EntityManager, user: User, credential: string): Promise<void> {
    await this.logins.storePassword(manager, user.id, credential);
    await this.failures.forget(user.email, manager);
  }

  private async find(manager: EntityManager, id: string): Promise<User> {
    const user = await manager.findOne(User, { where: { id }, relations: { role: true } });
    if (!user) throw new HubProblem('not_found');
    return user;
  }
}

/** One at a time: two administrators who remove each other must not both succeed. */
async function lockAdministrators(manager: EntityManager): Promise<void> {
  await manager.query('SELECT FROM roles WHERE rules IS NULL ORDER BY id FOR NO KEY UPDATE');
}

async function refuseWithoutAdministrator(manager: EntityManager): Promise<void> {
  const [row] = await manager.query<[{ some: boolean }]>(
    `SELECT EXISTS (SELECT FROM users JOIN roles ON roles.id = users.role_id
                    WHERE roles.rules IS NULL AND NOT users.disabled) AS some`,
  );
  if (!row.some) throw new HubProblem('last_administrator');
}

function asTakenEmail(error: unknown): never {
  if ((error as { constraint?: string }).constraint === 'users_email')
    throw new HubProblem('already_exists', {
      detail: 'There is a user with this mail address already.',
      fields: [{ path: 'email', message: 'There is a user with this mail address already.' }],
    });
  throw error;
}

function fieldsOf({ email, name, role, disabled }: User): {
  email: string;
  name: string;
  role: string;
  disabled: boolean;
} {
  return { email, name, role: role.name, disabled };
}

function answerOf(user: User): UserAnswer {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: { id: user.role.id, name: user.role.name },
    disabled: user.disabled,
    createdAt: user.createdAt.toISOString(),
    lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
    version: user.version,
  };
}
