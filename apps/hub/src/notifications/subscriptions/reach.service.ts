import type { Family, NamedTarget, QuietHours, Reach, Subscription } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Actor } from '../../actor.js';
import { Destinations } from '../../channels/destinations.service.js';
import { HubProblem } from '../../problems.js';
import { ownerOf } from '../owner.js';
import { familiesWords, leastWords } from '../why.js';
import { NotificationSettings } from './settings.service.js';
import { Subscriptions } from './subscriptions.service.js';

/** What will reach the user who is signed in, and why. */
@Injectable()
export class Reaches {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly subscriptions: Subscriptions,
    private readonly settings: NotificationSettings,
    private readonly destinations: Destinations,
  ) {}

  async of(systemId: string | undefined, actor: Actor): Promise<Reach> {
    const userId = ownerOf(actor);
    const system = systemId === undefined ? null : await this.system(systemId);
    const all = await this.subscriptions.list(undefined, actor);
    const fitting = system === null ? all : all.flatMap((subscription) => fittingOf(subscription, system));
    const teamIds = fitting.flatMap(({ recipient }) => (recipient.kind === 'team' ? [recipient.id] : []));
    const recipients = [
      { kind: 'user' as const, id: userId },
      ...[...new Set(teamIds)].map((id) => ({ kind: 'team' as const, id })),
    ];
    const places = await this.destinations.of(this.dataSource.manager, recipients);
    const { mutedSystems, quietHours, timeZone, criticalPasses } = await this.settings.read(actor);
    const teamNames = new Map(all.map(({ recipient }) => [recipient.id, recipient.name]));
    return {
      system: system && { id: system.id, name: system.name },
      muted: system !== null && mutedSystems.some(({ id }) => id === system.id),
      items: fitting.map((subscription) => ({ subscription, why: wordsOf(subscription, system !== null) })),
      destinations: places.map(({ channelName, recipient }) =>
        recipient.kind === 'team' ? `${channelName} (${teamNames.get(recipient.id) ?? 'team'})` : channelName,
      ),
      quietHours: quietHours.length === 0 ? null : quietWords(quietHours, timeZone, criticalPasses),
    };
  }

  private async system(id: string): Promise<Around> {
    const [row] = await this.dataSource.query<Around[]>(
      `SELECT id, name, tags, ARRAY(SELECT group_id FROM system_groups WHERE system_id = systems.id) AS "groupIds"
       FROM systems WHERE id = $1`,
      [id],
    );
    if (!row) throw new HubProblem('not_found');
    return row;
  }
}

interface Around {
  id: string;
  name: string;
  tags: string[];
  groupIds: string[];
}

/** What is never about a system. */
const beyond: readonly Family[] = ['satellite', 'platform'];

/** As far as it is about the system; nothing if it is not. */
function fittingOf(subscription: Subscription, system: Around): Subscription[] {
  const families = subscription.families.filter((family) => !beyond.includes(family));
  return families.length > 0 && isFor(subscription.target, system) ? [{ ...subscription, families }] : [];
}

function isFor(target: NamedTarget, { id, tags, groupIds }: Around): boolean {
  switch (target.kind) {
    case 'everything':
      return true;
    case 'system':
      return target.id === id;
    case 'group':
      return groupIds.includes(target.id);
    case 'tag':
      return tags.includes(target.tag);
  }
}

/** `changes of state and incidents: inherited from group Payments, because of your team Night shift` */
function wordsOf({ target, recipient, families, leastImportance }: Subscription, isOfSystem: boolean): string {
  const name = nameOf(target);
  const [ofSystem, atAll] = {
    everything: [': as of everything', ''],
    group: [`: inherited from group ${name}`, ` of the systems in group ${name}`],
    tag: [`: inherited from the tag ${name}`, ` of systems with the tag ${name}`],
    system: ['', ` of ${name}`],
  }[target.kind];
  const by = recipient.kind === 'team' ? `, because of your team ${recipient.name}` : '';
  const what = familiesWords(families);
  const least = leastWords[leastImportance];
  return isOfSystem ? `${what}${least}${ofSystem}${by}` : `${what}${atAll}${least}${by}`;
}

function nameOf(target: NamedTarget): string {
  return target.kind === 'tag' ? target.tag : 'name' in target ? target.name : '';
}

const dayWords = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `Monday, Tuesday 22:00–07:00 (Europe/Berlin): what comes then waits, except what is critical` */
function quietWords(hours: readonly QuietHours[], timeZone: string, criticalPasses: boolean): string {
  const spans = hours.map(({ days, from, until }) => {
    const on = days.length === 7 ? 'every day' : days.map((day) => dayWords[day - 1]).join(', ');
    return `${on} ${from}–${until}`;
  });
  return `${spans.join('; ')} (${timeZone}): messages wait until then${criticalPasses ? ', except what is critical' : ''}`;
}
