import { randomUUID } from 'node:crypto';
import type { Channel, routes, RouteInput, SenderTrial } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Actor } from '../actor.js';
import { cancelWaiting, switchLane, trafficColumns, trafficOf, type TrafficRow } from '../delivery/lanes.js';
import { bindings, SenderConfigs } from '../delivery/sender-configs.js';
import { channelKindOf } from '../delivery/sender-kinds.js';
import { Senders } from '../delivery/senders.service.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { redactConfig } from '../secrets/secret-values.js';
import { ChannelEntity } from './channel.entity.js';

type Fields = RouteInput<typeof routes.channels.create>['body'];

interface Row extends Omit<Channel, 'traffic' | 'createdAt'>, TrafficRow {
  sortName: string;
  createdAt: Date;
}

@Injectable()
export class Channels {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly configs: SenderConfigs,
    private readonly senders: Senders,
  ) {}

  async list({
    limit,
    after,
  }: RouteInput<typeof routes.channels.list>['query']): Promise<{ items: Channel[]; next: string | null }> {
    const [name, id] = decodeCursor(after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
    const rows = await readRows(
      this.dataSource.manager,
      `$1::text IS NULL OR (lower(name), id) > ($1, $2::uuid) ORDER BY lower(name), id LIMIT $3`,
      [name, id, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.sortName, row.id]);
    return { items: page.items.map(channelOf), next: page.next };
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<Channel> {
    const [row] = await readRows(manager, 'id = $1', [id]);
    if (!row) throw new HubProblem('not_found');
    return channelOf(row);
  }

  create(given: Fields, actor: Actor): Promise<Channel> {
    const id = randomUUID();
    const kind = channelKindOf(given.kind);
    const place = { stored: null, binding: bindings.channel(id), path: 'config' };
    const fields = { ...given, config: this.configs.enter(kind.config, given.config, place) };
    return this.edits.run(async (manager) => {
      await manager.save(ChannelEntity, { id, ...fields });
      await switchLane(manager, id, fields.enabled);
      await this.edits.record(manager, actor, { thing: 'channel', id, name: fields.name, after: fields });
      return this.read(id, manager);
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Channel> {
    return this.edits.run(async (manager) => {
      const before = fieldsOf(await lockForEdit(manager, ChannelEntity, id, version));
      if (input.kind !== undefined && input.kind !== before.kind)
        throw invalidField('kind', 'The kind of a channel stays: make a new one for another kind.');
      const after = merged(before, input);
      if (input.config) {
        const binding = bindings.channel(id);
        const stored = { config: before.config, binding };
        after.config = this.configs.enter(channelKindOf(before.kind).config, input.config, {
          stored,
          binding,
          path: 'config',
        });
      }
      if (await this.edits.record(manager, actor, { thing: 'channel', id, name: after.name, before, after })) {
        await manager.save(ChannelEntity, { id, ...after });
        await manager.update(ChannelEntity, id, { version: () => 'version + 1' });
        if (after.enabled !== before.enabled) await switchLane(manager, id, after.enabled);
      }
      return this.read(id, manager);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const before = fieldsOf(await lockForEdit(manager, ChannelEntity, id, version));
      await cancelWaiting(manager, 'channel_id', id);
      await manager.delete(ChannelEntity, id);
      await this.edits.record(manager, actor, { thing: 'channel', id, name: before.name, before });
    });
  }

  async try({
    id,
    kind,
    config,
    address,
    what,
  }: RouteInput<typeof routes.channels.test>['body']): Promise<SenderTrial> {
    const definition = channelKindOf(kind);
    const row = id === undefined ? null : await this.dataSource.manager.findOneBy(ChannelEntity, { id });
    const stored = row?.kind === kind ? { config: row.config, binding: bindings.channel(row.id) } : null;
    const place = what === 'verify' ? {} : this.configs.complete(definition.address, address, null, 'address');
    return this.senders.try(definition, what, {
      config: this.configs.complete(definition.config, config, stored, 'config'),
      place,
    });
  }
}

async function readRows(manager: EntityManager, where: string, parameters: unknown[]): Promise<Row[]> {
  return manager.query<Row[]>(
    `SELECT id, name, lower(name) AS "sortName", kind, config, enabled, version, created_at AS "createdAt",
       (SELECT count(*)::int FROM destinations WHERE channel_id = channels.id) AS "destinationCount",
       ${trafficColumns('channels.id')}
     FROM channels WHERE ${where}`,
    parameters,
  );
}

function channelOf({ sortName: _, waiting, dead, lastSentAt, lastError, ...row }: Row): Channel {
  return {
    ...row,
    config: redactConfig(row.config),
    traffic: trafficOf({ waiting, dead, lastSentAt, lastError }),
    createdAt: row.createdAt.toISOString(),
  };
}

function fieldsOf({ name, kind, config, enabled }: ChannelEntity): Fields {
  return { name, kind, config, enabled };
}
