import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Where one recipient gets the messages of one channel; a `DeliveryTarget`. */
export interface Destination {
  destinationId: string;
  channelId: string;
  channelName: string;
  channelKind: string;
  recipient: { kind: 'user' | 'team'; id: string };
}

@Injectable()
export class Destinations {
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
}

function idsOf(recipients: readonly { kind: string; id: string }[], kind: string): string[] {
  return recipients.filter((recipient) => recipient.kind === kind).map(({ id }) => id);
}
