import type { routes, RouteInput, Team } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In, type EntityManager } from 'typeorm';
import { may, type Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged, unknownIds } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { TeamEntity } from './team.entity.js';
import { Users } from './users.service.js';

type Given = RouteInput<typeof routes.teams.create>['body'];

/** Users who are told together. Managers look after their own team. */
@Injectable()
export class Teams {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly users: Users,
  ) {}

  list(): Promise<Team[]> {
    return readTeams(this.dataSource.manager, null);
  }

  read(id: string): Promise<Team> {
    return one(this.dataSource.manager, id);
  }

  create({ members, ...given }: Given, actor: Actor): Promise<Team> {
    return this.edits.run(async (manager) => {
      const { id } = await manager.save(TeamEntity, given);
      await this.writeMembers(manager, id, members);
      const after = await one(manager, id);
      await this.edits.record(manager, actor, { ...about(after), after: shown(after) });
      return after;
    });
  }

  update(id: string, { members, ...input }: Partial<Given>, actor: Actor, version?: number): Promise<Team> {
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, TeamEntity, id, version);
      await this.refuseOthers(manager, id, actor);
      const before = await one(manager, id);
      const { name, description } = merged<Omit<Given, 'members'>>(row, input);
      await manager.update(TeamEntity, id, { name, description });
      if (members) await this.writeMembers(manager, id, members);
      const after = await one(manager, id);
      if (!(await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) })))
        return after;
      await manager.update(TeamEntity, id, { version: () => 'version + 1' });
      return one(manager, id);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, TeamEntity, id, version);
      const before = await one(manager, id);
      await manager.delete(TeamEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
    });
  }

  exists(manager: EntityManager, id: string): Promise<boolean> {
    return manager.existsBy(TeamEntity, { id });
  }

  /** The ids that name no team; the others are held until the transaction ends. */
  unknownOf(manager: EntityManager, ids: readonly string[]): Promise<string[]> {
    return unknownIds(manager, TeamEntity, ids);
  }

  /** By id; of those that exist. */
  async namesOf(manager: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const teams = await manager.find(TeamEntity, {
      select: { id: true, name: true },
      where: { id: In([...new Set(ids)]) },
    });
    return new Map(teams.map(({ id, name }) => [id, name]));
  }

  /** Refuses all but the team's managers, and who may manage all teams. */
  async refuseOthers(manager: EntityManager, id: string, actor: Actor): Promise<void> {
    if (may(actor, 'access.team.manage')) return;
    if ((await memberOf(manager, id, actor))?.manager) return;
    throw new HubProblem('not_allowed', { detail: 'Only its managers change a team.' });
  }

  /** Refuses who is neither of the team nor may read of all teams. */
  async refuseStranger(manager: EntityManager, id: string, actor: Actor): Promise<void> {
    if (may(actor, 'access.team.read') || (await memberOf(manager, id, actor))) return;
    throw new HubProblem('not_allowed');
  }

  private async writeMembers(manager: EntityManager, id: string, members: Given['members']): Promise<void> {
    const unknown = await this.users.unknownOf(
      manager,
      members.map(({ userId }) => userId),
    );
    const wrong = members.findIndex(({ userId }) => unknown.includes(userId));
    if (wrong >= 0) throw invalidField(`members.${wrong}.userId`, 'There is no such user.');
    await manager.query('DELETE FROM team_members WHERE team_id = $1', [id]);
    await manager.query(
      `INSERT INTO team_members (team_id, user_id, manager)
       SELECT $1, user_id, manager FROM unnest($2::uuid[], $3::boolean[]) AS m (user_id, manager)`,
      [id, members.map(({ userId }) => userId), members.map(({ manager: isManager }) => isManager)],
    );
  }
}

async function memberOf(
  manager: EntityManager,
  teamId: string,
  { kind, id }: Actor,
): Promise<{ manager: boolean } | undefined> {
  if (kind !== 'user') return undefined;
  const [member] = await manager.query<{ manager: boolean }[]>(
    'SELECT manager FROM team_members WHERE team_id = $1 AND user_id = $2',
    [teamId, id],
  );
  return member;
}

async function one(manager: EntityManager, id: string): Promise<Team> {
  const [team] = await readTeams(manager, id);
  if (!team) throw new HubProblem('not_found');
  return team;
}

/** By name; null: all. */
async function readTeams(manager: EntityManager, id: string | null): Promise<Team[]> {
  const rows = await manager.query<(Omit<Team, 'createdAt'> & { createdAt: Date })[]>(
    `SELECT t.id, t.name, t.description, t.created_at AS "createdAt", t.version,
       COALESCE((SELECT jsonb_agg(jsonb_build_object('userId', u.id, 'name', u.name, 'manager', m.manager) ORDER BY lower(u.name), u.id)
                 FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = t.id), '[]') AS members
     FROM teams t WHERE $1::uuid IS NULL OR t.id = $1 ORDER BY lower(t.name), t.id`,
    [id],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

function about({ id, name }: Team): { thing: 'team'; id: string; name: string } {
  return { thing: 'team', id, name };
}

/** As the audit log tells it. */
function shown({ name, description, members }: Team): object {
  return {
    name,
    description,
    members: members.filter(({ manager }) => !manager).map((member) => member.name),
    managers: members.filter(({ manager }) => manager).map((member) => member.name),
  };
}
