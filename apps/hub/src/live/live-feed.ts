import type { LiveMessage, Run } from '@checkstack/api';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Coalescer } from '../cluster/coalescer.js';
import { Notices } from '../cluster/notices.js';
import type { HubEvents } from '../events.js';
import { Inbox } from '../notifications/inbox/inbox.service.js';
import { chunks } from '../health/state-notices.js';
import { Results } from '../results/results.service.js';
import { Satellites } from '../satellites/satellites.service.js';
import { TestRuns } from '../test-runs/test-runs.service.js';
import type { LiveSession } from './live-session.js';
import { LiveSessions } from './live-sessions.js';
import { SliceOwners } from './slice-owners.js';
import { readStates, type SubjectState } from './subject-states.js';
import { mayKnowOf } from './topics.js';

type RunKey = HubEvents['results']['runs'][number];
/** A change to read and pass on. */
type News =
  | { kind: 'run'; key: RunKey }
  | { kind: 'slice'; id: number }
  /** An inbox by its user. */
  | { kind: 'check' | 'system' | 'satellite' | 'testRun' | 'inbox'; id: string };

const gatherMs = 50;
const runsAMessage = 100;
/** Beyond, reading everything again is less work for everybody. */
const mostAtOnce = 1_000;

/** Turns what replicas tell each other into what browsers want to hear: read once, for all who listen. */
@Injectable()
export class LiveFeed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('live');
  private readonly owners = new SliceOwners();
  private readonly sentLines = new Map<string, number>();
  private readonly news = new Coalescer<News>(gatherMs, (news) => this.passOn(news));
  private passing: Promise<void> = Promise.resolve();
  private subscriptions: Subscription[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
    private readonly results: Results,
    private readonly satellites: Satellites,
    private readonly testRuns: TestRuns,
    private readonly inbox: Inbox,
    private readonly sessions: LiveSessions,
  ) {}

  onModuleInit(): void {
    const { notices } = this;
    const note = (news: News[]): void => {
      if (this.sessions.all().length > 0) this.news.add(news);
    };
    this.subscriptions = [
      notices.on('results').subscribe(({ runs }) => note(runs.map((key) => ({ kind: 'run', key })))),
      notices
        .on('state')
        .subscribe(({ slices = [], checks = [], systems = [] }) =>
          note([
            ...slices.map((id) => ({ kind: 'slice', id }) as const),
            ...checks.map((id) => ({ kind: 'check', id }) as const),
            ...systems.map((id) => ({ kind: 'system', id }) as const),
          ]),
        ),
      notices.on('satellite').subscribe(({ id }) => note([{ kind: 'satellite', id }])),
      notices.on('gauges').subscribe(({ ids }) => note(ids.map((id) => ({ kind: 'satellite', id })))),
      notices.on('testRun').subscribe(({ id }) => note([{ kind: 'testRun', id }])),
      notices.on('inbox').subscribe(({ userIds }) => this.noteInboxes(userIds)),
      notices.on('changed').subscribe((changed) => this.tellChanged(changed)),
      notices.missed$.subscribe(() => this.sessions.send({ type: 'refresh' }, this.sessions.all())),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.news.close();
    await this.passing;
  }

  private tellChanged(changed: HubEvents['changed']): void {
    const listeners = this.sessions.listeningTo('catalog').filter(({ actor }) => mayKnowOf(actor, changed.thing));
    this.sessions.send({ type: 'changed', ...changed }, listeners);
  }

  /** Of those who look, only. */
  private noteInboxes(userIds: string[] | null): void {
    const changed = userIds && new Set(userIds);
    const ids = this.inboxListeners().flatMap(({ actor: { id } }) =>
      id !== null && (!changed || changed.has(id)) ? [id] : [],
    );
    this.news.add([...new Set(ids)].map((id) => ({ kind: 'inbox', id })));
  }

  /** One after the other, so that what was told first arrives first. */
  private passOn(news: News[]): void {
    this.passing = this.passing
      .then(async () => {
        await this.tellRuns(news.flatMap((item) => (item.kind === 'run' ? [item.key] : [])));
        await this.tellStates(news);
        await this.tellSatellites(news.flatMap((item) => (item.kind === 'satellite' ? [item.id] : [])));
        await this.tellInboxes(news.flatMap((item) => (item.kind === 'inbox' ? [item.id] : [])));
        for (const id of new Set(news.flatMap((item) => (item.kind === 'testRun' ? [item.id] : []))))
          await this.tellTestRun(id);
      })
      .catch((error: Error) => {
        this.logger.warn(`News could not be read: ${error.message}`);
        this.sessions.send({ type: 'refresh' }, this.sessions.all());
      });
  }

  private async tellRuns(keys: RunKey[]): Promise<void> {
    const wanted = await this.wanted(keys, ([slice]) => slice);
    if (wanted.length > mostAtOnce) return this.refreshDetails();
    if (wanted.length === 0) return;
    const runs = await this.results.runsByKey(wanted);
    for (const session of this.sessions.all()) {
      const heard = runs.filter((run) => session.hears(...topicsOfRun(run)));
      for (const part of chunks(heard, runsAMessage)) session.send({ type: 'runs', runs: part });
    }
  }

  private async tellStates(news: News[]): Promise<void> {
    const wanted = await this.wanted(
      news.flatMap((item) => (item.kind === 'slice' ? [item.id] : [])),
      (slice) => slice,
    );
    if (wanted.length > mostAtOnce) return this.refreshDetails();
    const idsOf = (kind: 'check' | 'system'): string[] => [
      ...new Set(news.flatMap((item) => (item.kind === kind ? [item.id] : []))),
    ];
    const states = await readStates(this.dataSource, {
      slices: wanted,
      checks: idsOf('check'),
      systems: idsOf('system'),
    });
    for (const state of states)
      this.sessions.send(messageOf(state), this.sessions.listeningTo(...topicsOfState(state)));
  }

  private async tellSatellites(ids: string[]): Promise<void> {
    const listeners = this.sessions.listeningTo('satellites');
    if (ids.length === 0 || listeners.length === 0) return;
    for (const satellite of await this.satellites.statuses([...new Set(ids)]))
      this.sessions.send({ type: 'satellite', ...satellite }, listeners);
  }

  private async tellInboxes(userIds: string[]): Promise<void> {
    if (userIds.length === 0) return;
    const counts = await this.inbox.unreadOf([...new Set(userIds)]);
    for (const userId of new Set(userIds)) {
      const { unread, latest } = counts.get(userId) ?? { unread: 0, latest: null };
      const listeners = this.inboxListeners().filter(({ actor }) => actor.id === userId);
      this.sessions.send({ type: 'notifications', unread, latest }, listeners);
    }
  }

  private inboxListeners(): LiveSession[] {
    return this.sessions.listeningTo('notifications').filter(({ actor }) => actor.kind === 'user');
  }

  /** Lines that were sent before are not sent again: whoever comes later reads them. */
  private async tellTestRun(id: string): Promise<void> {
    const listeners = this.sessions.listeningTo(`test-run:${id}`);
    if (listeners.length === 0) return;
    const testRun = await this.testRuns.read(id);
    if (testRun.status === 'waiting') return;
    const isOver = testRun.status !== 'running';
    const log = testRun.log.slice(this.sentLines.get(id) ?? 0);
    if (isOver) this.sentLines.delete(id);
    else this.sentLines.set(id, testRun.log.length);
    this.sessions.send({ type: 'test-run', id, log, testRun: isOver ? testRun : null }, listeners);
  }

  /** Those that belong to a check or system that somebody listens to. */
  private async wanted<Item>(items: Item[], sliceOf: (item: Item) => number): Promise<Item[]> {
    const checks = this.sessions.idsOf('check');
    const systems = this.sessions.idsOf('system');
    if (items.length === 0 || checks.size + systems.size === 0) return [];
    const owners = await this.owners.of(this.dataSource, items.map(sliceOf));
    return items.filter((item) => {
      const owner = owners.get(sliceOf(item));
      return owner !== undefined && (checks.has(owner.checkId) || systems.has(owner.systemId));
    });
  }

  private refreshDetails(): void {
    const isDetailed = (session: LiveSession): boolean =>
      [...session.topics].some((topic) => topic.startsWith('check:') || topic.startsWith('system:'));
    this.sessions.send({ type: 'refresh' }, this.sessions.all().filter(isDetailed));
  }
}

function topicsOfRun(run: Run): [string, string] {
  return [`check:${run.check.id}`, `system:${run.system.id}`];
}

/** A slice's state belongs to its check and its system only. */
function topicsOfState({ subject, owners }: SubjectState): string[] {
  return subject.kind === 'slice' ? owners : ['states', ...owners];
}

function messageOf({ owners: _, ...state }: SubjectState): LiveMessage {
  return { type: 'state', ...state };
}
