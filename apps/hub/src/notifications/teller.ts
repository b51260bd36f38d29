import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { Config } from '../config.js';
import { Destinations } from '../channels/destinations.service.js';
import { Deliveries, type MessageContent, type NewDelivery } from '../delivery/deliveries.service.js';
import { grouped, type Sql } from '../health/outlook-rows.js';
import { chunks } from '../health/state-notices.js';
import { Integrations } from '../integrations/integrations.service.js';
import { quietUntil } from './quiet-hours.js';
import { writeTellings, type Reached } from './telling-rows.js';
import { collapse, type Collapsed, type Telling } from './telling.js';

/** As many UUIDs as fit one notice. */
const idsANotice = 180;
/** Beyond, everybody looks for themselves. */
const mostNamed = 1_800;

/** Tells people: in their inboxes, at their destinations, and through the organisation's integrations. */
@Injectable()
export class Teller {
  constructor(
    private readonly config: Config,
    private readonly notices: Notices,
    private readonly destinations: Destinations,
    private readonly deliveries: Deliveries,
    private readonly integrations: Integrations,
  ) {}

  /** In the caller's transaction. */
  async tell(manager: EntityManager, given: readonly Telling[], now: Date): Promise<void> {
    if (given.length === 0) return;
    const tellings = collapse(given);
    const reached = await writeTellings(manager, tellings, now);
    await this.tellInboxes(
      manager,
      reached.flatMap(({ kind, id }) => (kind === 'user' ? [id] : [])),
    );
    await this.deliver(manager, tellings, reached, now);
    await this.forward(manager, tellings);
  }

  private async tellInboxes(manager: EntityManager, users: string[]): Promise<void> {
    const userIds = [...new Set(users)];
    if (userIds.length > mostNamed) return this.notices.publish('inbox', { userIds: null }, manager);
    for (const part of chunks(userIds, idsANotice)) await this.notices.publish('inbox', { userIds: part }, manager);
  }

  private async deliver(
    manager: EntityManager,
    tellings: readonly Collapsed[],
    reached: readonly Reached[],
    now: Date,
  ): Promise<void> {
    const meant = reached.filter(({ direct }) => direct);
    if (meant.length === 0) return;
    const recipients = new Map(meant.map(({ kind, id }) => [`${kind} ${id}`, { kind, id }]));
    const found = grouped(
      await this.destinations.of(manager, [...recipients.values()]),
      ({ recipient: { kind, id } }) => `${kind} ${id}`,
    );
    const out = new Map<string, NewDelivery>();
    for (const recipient of meant) {
      const telling = tellings[recipient.number];
      if (!telling) continue;
      const notBefore = waitsUntil(recipient, telling, now);
      for (const { destinationId, channelId, channelName } of found.get(`${recipient.kind} ${recipient.id}`) ?? [])
        out.set(`${recipient.number} ${destinationId}`, {
          target: { destinationId, channelId, channelName },
          message: this.sent(telling.message),
          collapseKey: telling.message.collapseKey,
          ...(notBefore && { notBefore }),
        });
    }
    await this.deliveries.enqueue(manager, [...out.values()]);
  }

  private async forward(manager: EntityManager, given: readonly Collapsed[]): Promise<void> {
    const tellings = given.filter(({ isInternal, listed }) => !isInternal && listed.length === 0);
    if (tellings.length === 0) return;
    const around = await readSurroundings(
      manager,
      tellings.flatMap(({ systemIds }) => systemIds),
    );
    const traits = tellings.map(({ message: { family, event }, systemIds, passesAs }) => {
      const systems = systemIds.flatMap((id) => around.get(id) ?? []);
      return {
        ...event,
        family,
        importance: passesAs,
        systemIds,
        groupIds: systems.flatMap((system) => system.groupIds),
        tags: systems.flatMap((system) => system.tags),
      };
    });
    const out: NewDelivery[] = [];
    for (const { number, ...target } of await this.integrations.matching(manager, traits)) {
      const telling = tellings[number];
      if (!telling) continue;
      const { message, payload, subject } = telling;
      out.push({
        target,
        message: this.sent(message),
        event: { id: randomUUID(), ...message.event, at: message.at, subject, payload },
        collapseKey: message.collapseKey,
      });
    }
    await this.deliveries.enqueue(manager, out);
  }

  /** With addresses that lead here from anywhere. */
  private sent(message: MessageContent): MessageContent {
    const absolute = (path: string): string => `${this.config.baseUrl}${path}`;
    return {
      ...message,
      subjects: message.subjects.map((subject) => ({ ...subject, url: absolute(subject.url) })),
      action: message.action && { ...message.action, url: absolute(message.action.url) },
    };
  }
}

function waitsUntil(
  { timeZone, quietHours, criticalPasses }: Reached,
  { passesAs }: Collapsed,
  now: Date,
): Date | null {
  if (timeZone === null || quietHours === null || (criticalPasses && passesAs === 'critical')) return null;
  return quietUntil(now, quietHours, timeZone);
}

interface Surroundings {
  id: string;
  groupIds: string[];
  tags: string[];
}

async function readSurroundings(sql: Sql, systemIds: readonly string[]): Promise<Map<string, Surroundings>> {
  if (systemIds.length === 0) return new Map();
  const rows = await sql.query<Surroundings[]>(
    `SELECT id, tags, ARRAY(SELECT group_id FROM system_groups WHERE system_id = systems.id) AS "groupIds"
     FROM systems WHERE id = ANY($1)`,
    [systemIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
