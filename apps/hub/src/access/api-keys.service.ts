import type { ApiKey as ApiKeyAnswer } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import * as z from 'zod';
import type { Actor } from '../actor.js';
import { Notices } from '../cluster/notices.js';
import { Edits } from '../edits/edits.service.js';
import { HubProblem, invalidField } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { ApiKey } from './api-key.entity.js';
import { Roles } from './roles.service.js';
import { rulesOf } from './rules.js';
import { hashToken, randomToken } from './token.js';
import { User } from './user.entity.js';

const keyPrefix = 'csk_';
const position = z.tuple([z.string(), z.uuid()]);

/** Keys by which programs sign in. A key works as long as whoever made it may sign in, and is deleted with them. */
@Injectable()
export class ApiKeys {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly roles: Roles,
    private readonly edits: Edits,
    private readonly notices: Notices,
  ) {}

  /** Whoever shows this key; notes its use, with at most one write a minute. */
  async actorOf(key: string, address: string): Promise<Actor | null> {
    if (!key.startsWith(keyPrefix)) return null;
    const [row] = await this.dataSource.query<{ id: string; name: string; rules: string[] | null; is_due: boolean }[]>(
      `SELECT api_keys.id, api_keys.name, roles.rules,
              coalesce(last_used_at < now() - interval '1 minute', true) AS is_due
       FROM api_keys JOIN roles ON roles.id = api_keys.role_id LEFT JOIN users ON users.id = created_by_id
       WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now()) AND users.disabled IS NOT TRUE`,
      [hashToken(key)],
    );
    if (!row) return null;
    if (row.is_due)
      await this.dataSource.query(
        `UPDATE api_keys SET last_used_at = now()
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
        [row.id],
      );
    return { kind: 'api-key', id: row.id, name: row.name, rules: rulesOf(row.rules), address };
  }

  async list(query: {
    limit: number;
    after?: string | undefined;
  }): Promise<{ items: ApiKeyAnswer[]; next: string | null }> {
    const after = decodeCursor(query.after, position);
    const select = this.dataSource.manager
      .createQueryBuilder(ApiKey, 'key')
      .innerJoinAndSelect('key.role', 'role')
      .leftJoinAndSelect('key.owner', 'owner')
      .orderBy('key.name')
      .addOrderBy('key.id')
      .limit(query.limit + 1);
    if (after) select.where('(key.name, key.id) > (:name, :id)', { name: after[0], id: after[1] });
    const { items, next } = pageOf(await select.getMany(), query.limit, (key) => [key.name, key.id]);
    return { items: items.map(answerOf), next };
  }

  async create(
    input: { name: string; roleId: string; expiresAt: string | null },
    actor: Actor,
  ): Promise<{ apiKey: ApiKeyAnswer; key: string }> {
    const key = randomToken(keyPrefix);
    const expiresAt = input.expiresAt === null ? null : new Date(input.expiresAt);
    if (expiresAt && expiresAt.getTime() <= Date.now()) throw invalidField('expiresAt', 'This is in the past.');
    return this.edits.run(async (manager) => {
      const role = await this.roles.given(manager, input.roleId, actor);
      const owner = await ownerBehind(manager, actor);
      const apiKey = await manager.save(
        manager.create(ApiKey, {
          name: input.name,
          role,
          owner,
          expiresAt,
          tokenHash: hashToken(key),
          hint: key.slice(0, keyPrefix.length + 4),
          createdBy: actor.name,
          lastUsedAt: null,
        }),
      );
      await this.edits.record(manager, actor, {
        thing: 'api-key',
        id: apiKey.id,
        name: apiKey.name,
        after: { role: role.name, expiresAt: input.expiresAt },
      });
      return { apiKey: answerOf(apiKey), key };
    });
  }

  async remove(id: string, actor: Actor): Promise<void> {
    await this.edits.run(async (manager) => {
      const apiKey = await manager.findOne(ApiKey, { where: { id }, relations: { role: true } });
      if (!apiKey) throw new HubProblem('not_found');
      await manager.delete(ApiKey, { id });
      await this.edits.record(manager, actor, {
        thing: 'api-key',
        id,
        name: apiKey.name,
        before: { role: apiKey.role.name, expiresAt: apiKey.expiresAt },
      });
      await this.notices.publish('access', { userId: null }, manager);
    });
  }
}

/** A key that makes another one does so for its own maker. */
async function ownerBehind(manager: EntityManager, { kind, id }: Actor): Promise<User | null> {
  if (id === null) return null;
  if (kind === 'user') return manager.findOneBy(User, { id });
  return (await manager.findOne(ApiKey, { where: { id }, relations: { owner: true } }))?.owner ?? null;
}

function answerOf(key: ApiKey): ApiKeyAnswer {
  return {
    id: key.id,
    name: key.name,
    role: { id: key.role.id, name: key.role.name },
    createdAt: key.createdAt.toISOString(),
    createdBy: key.createdBy,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    resting: key.owner?.disabled === true,
    hint: key.hint,
  };
}
