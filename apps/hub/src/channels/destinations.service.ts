import { randomUUID } from 'node:crypto';
import type { Destination as DestinationAnswer, Named, routes, RouteInput, SenderTrial } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { Teams } from '../access/teams.service.js';
import type { Actor } from '../actor.js';
import { cancelWaiting } from '../delivery/lanes.js';
import { bindings, SenderConfigs } from '../delivery/sender-configs.js';
import { channelKindOf } from '../delivery/sender-kinds.js';
import { Senders } from '../delivery/senders.service.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { redactConfig } from '../secrets/secret-values.js';
import { ChannelEntity } from './channel.entity.js';
import { DestinationEntity } from './destination.entity.js';

/** Where one recipient gets the messages of one channel; a `DeliveryTarget`. */
export interface Destination {
  destinationId: string;
  channelId: string;
  channelName: string;
  channelKind: string;
  recipient: { kind: 'user' | 'team'; id: string };
}

type Given = RouteInput<typeof routes.destinations.create>['body'];
type Fields = Pick<Given, 'address' | 'enabled'>;

@Injectable()
export class Destinations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly teams: Teams,
    private readonly configs: SenderConfigs,
    private readonly senders: Senders,
  ) {}

  /** Those of the recipients that are switched on, in channels that are. */
  async of(
    manager: EntityManager,
    recipients: readonly { kind: 'user' | 'team'; id: string }[],
  ): Promise<Destination[]> {
    if (recipients.length === 0) return [];
    const rows = await manager.query<(Omit<Destination, 'recipient'> & { userId: string | null; teamId: string })[]>(
      `SELECT d.id AS "destinationId", c.id AS "channelId", c.name AS "channelName", c.kind AS "channelKind",
         d.user_id AS "userId", d.team_id AS "teamId"
       FROM destinations d JOIN channels c ON c.id = d.channel_id
       WHERE d.enabled AND c.enabled AND (d.user_id = ANY($1) OR d.team_id = ANY($2))
       ORDER BY d.id`,
      [idsOf(recipients, 'user'), idsOf(recipients, 'team')],
    );
    return rows.map(({ userId, teamId, ...row }) => ({
      ...row,
      recipient: userId === null ? { kind: 'team', id: teamId } : { kind: 'user', id: userId },
    }));
  }

  /** The channels that a destination can be made in. */
  channels(): Promise<(Named & { kind: string })[]> {
    return this.dataSource.query('SELECT id, name, kind FROM channels WHERE enabled ORDER BY lower(name), id');
  }

  async list(teamId: string | undefined, actor: Actor): Promise<DestinationAnswer[]> {
    const { manager } = this.dataSource;
    if (teamId !== undefined) {
      await this.teams.refuseStranger(manager, teamId, actor);
      return readAll(manager, 'd.team_id = $1', [teamId]);
    }
    if (actor.kind !== 'user') return [];
    return readAll(manager, 'd.user_id = $1 OR d.team_id IN (SELECT team_id FROM team_members WHERE user_id = $1)', [
      actor.id,
    ]);
  }

  create({ channelId, teamId, ...given }: Given, actor: Actor): Promise<DestinationAnswer> {
    const id = randomUUID();
    return this.edits.run(async (manager) => {
      const owner = await this.ownerOf(manager, teamId, actor);
      const kind = await this.channelOf(manager, channelId);
      const place = { stored: null, binding: bindings.destination(id), path: 'address' };
      const fields = { ...given, address: this.configs.enter(kind.address, given.address, place) };
      await this.refuseSecond(manager, { id, channelId, ...owner, ...fields });
      await manager.save(DestinationEntity, { id, channelId, ...owner, ...fields });
      return this.recorded(manager, id, actor, undefined, fields);
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<DestinationAnswer> {
    return this.edits.run(async (manager) => {
      const row = await this.lock(manager, id, actor, version);
      const before = fieldsOf(row);
      const after = merged(before, input);
      if (input.address) {
        const kind = await this.channelOf(manager, row.channelId);
        const binding = bindings.destination(id);
        const stored = { config: before.address, binding };
        after.address = this.configs.enter(kind.address, input.address, { stored, binding, path: 'address' });
      }
      await manager.save(DestinationEntity, { id, ...after });
      return this.recorded(manager, id, actor, before, after);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const before = fieldsOf(await this.lock(manager, id, actor, version));
      const { channel } = await one(manager, id);
      await cancelWaiting(manager, 'destination_id', id);
      await manager.delete(DestinationEntity, id);
      await this.edits.record(manager, actor, { thing: 'destination', id, name: channel.name, before });
    });
  }

  async try(
    { id, channelId, address }: RouteInput<typeof routes.destinations.test>['body'],
    actor: Actor,
  ): Promise<SenderTrial> {
    const { manager } = this.dataSource;
    const channel = await manager.findOneBy(ChannelEntity, { id: channelId, enabled: true });
    if (!channel) throw invalidField('channelId', 'There is no such channel, or it is switched off.');
    const row = id === undefined ? null : await manager.findOneBy(DestinationEntity, { id });
    if (row) await this.refuseOthers(manager, row, actor);
    const stored = row ? { config: row.address, binding: bindings.destination(row.id) } : null;
    const kind = channelKindOf(channel.kind);
    return this.senders.try(kind, 'message', {
      config: this.configs.open({ config: channel.config, binding: bindings.channel(channel.id) }),
      place: this.configs.complete(kind.address, address, stored, 'address'),
    });
  }

  private async recorded(
    manager: EntityManager,
    id: string,
    actor: Actor,
    before: Fields | undefined,
    after: Fields,
  ): Promise<DestinationAnswer> {
    const { channel } = await one(manager, id);
    const change = { thing: 'destination' as const, id, name: channel.name, ...(before ? { before } : {}), after };
    if ((await this.edits.record(manager, actor, change)) && before)
      await manager.update(DestinationEntity, id, { version: () => 'version + 1' });
    return one(manager, id);
  }

  /** Nobody is told twice at one place. Two edits at once may miss each other: then it is to be seen and removed. */
  private async refuseSecond(
    manager: EntityManager,
    { id, channelId, userId, teamId, address }: Omit<DestinationEntity, 'version'>,
  ): Promise<void> {
    const others = await manager.findBy(DestinationEntity, {
      channelId,
      userId: userId ?? IsNull(),
      teamId: teamId ?? IsNull(),
    });
    const clear = (of: string, config: object): string =>
      JSON.stringify(this.configs.open({ config, binding: bindings.destination(of) }));
    if (others.some((other) => clear(other.id, other.address) === clear(id, address)))
      throw new HubProblem('already_exists', { detail: 'Messages of this channel arrive there already.' });
  }

  private async channelOf(manager: EntityManager, channelId: string) {
    const channel = await manager.findOneBy(ChannelEntity, { id: channelId, enabled: true });
    if (!channel) throw invalidField('channelId', 'There is no such channel, or it is switched off.');
    return channelKindOf(channel.kind);
  }

  private async ownerOf(manager: EntityManager, teamId: string | null, actor: Actor) {
    if (teamId !== null) {
      const [unknown] = await this.teams.unknownOf(manager, [teamId]);
      if (unknown !== undefined) throw invalidField('teamId', 'There is no such team.');
      await this.teams.refuseOthers(manager, teamId, actor);
      return { userId: null, teamId };
    }
    if (actor.kind !== 'user') throw invalidField('teamId', 'A key has no messages of its own: name a team.');
    return { userId: actor.id, teamId: null };
  }

  private async lock(manager: EntityManager, id: string, actor: Actor, version?: number): Promise<DestinationEntity> {
    const row = await lockForEdit(manager, DestinationEntity, id, version);
    await this.refuseOthers(manager, row, actor);
    return row;
  }

  private async refuseOthers(manager: EntityManager, { userId, teamId }: DestinationEntity, actor: Actor) {
    if (teamId !== null) await this.teams.refuseOthers(manager, teamId, actor);
    // What others have is none of one's business, not even that it is there.
    else if (actor.kind !== 'user' || userId !== actor.id) throw new HubProblem('not_found');
  }
}

async function readAll(manager: EntityManager, where: string, parameters: unknown[]): Promise<DestinationAnswer[]> {
  const rows = await manager.query<DestinationAnswer[]>(
    `SELECT d.id, jsonb_build_object('id', c.id, 'name', c.name, 'kind', c.kind) AS channel,
       CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('id', t.id, 'name', t.name) END AS team,
       d.address, d.enabled, d.version
     FROM destinations d JOIN channels c ON c.id = d.channel_id LEFT JOIN teams t ON t.id = d.team_id
     WHERE ${where} ORDER BY lower(c.name), d.created_at, d.id`,
    parameters,
  );
  return rows.map((row) => ({ ...row, address: redactConfig(row.address) }));
}

async function one(manager: EntityManager, id: string): Promise<DestinationAnswer> {
  const [row] = await readAll(manager, 'd.id = $1', [id]);
  if (!row) throw new HubProblem('not_found');
  return row;
}

function fieldsOf({ address, enabled }: DestinationEntity): Fields {
  return { address, enabled };
}

function idsOf(recipients: readonly { kind: string; id: string }[], kind: string): string[] {
  return recipients.filter((recipient) => recipient.kind === kind).map(({ id }) => id);
}
