import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Client } from 'pg';
import { Subject, type Observable, filter, map } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { Config } from '../config.js';
import type { HubEventName, HubEvents } from '../events.js';

const channel = 'checkstack';
/** PostgreSQL refuses a payload of 8000 bytes and more. */
const maxPayloadBytes = 7_900;
const proveEveryMs = 5_000;
const answerWithinMs = 4_000;

type Notice = { [Name in HubEventName]: { name: Name; event: HubEvents[Name] } }[HubEventName];

/**
 * Tells every replica, this one too, over NOTIFY. A notice is a hint: it may be lost with the connection, after which
 * `missed$` fires and each listener reads its truth from the tables again.
 */
@Injectable()
export class Notices implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('cluster');
  private readonly notices = new Subject<Notice>();
  private readonly missed = new Subject<void>();
  private client: Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private proving: NodeJS.Timeout | undefined;
  private closed = false;

  /** Fires after each (re)connect: what was told meanwhile is unknown. */
  readonly missed$: Observable<void> = this.missed.asObservable();

  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.proving);
    await this.client?.end();
  }

  on<Name extends HubEventName>(name: Name): Observable<HubEvents[Name]> {
    return this.notices.pipe(
      filter((notice) => notice.name === name),
      map((notice) => notice.event as HubEvents[Name]),
    );
  }

  /** With a manager the notice goes out with its commit. Never inside the ingest transaction: NOTIFY serialises commits. */
  async publish<Name extends HubEventName>(
    name: Name,
    event: HubEvents[Name],
    manager: EntityManager = this.dataSource.manager,
  ): Promise<void> {
    await this.publishAll(name, [event], manager);
  }

  /** Many of one kind with one statement. */
  async publishAll<Name extends HubEventName>(
    name: Name,
    events: readonly HubEvents[Name][],
    manager: EntityManager = this.dataSource.manager,
  ): Promise<void> {
    if (events.length === 0) return;
    const payloads = events.map((event) => JSON.stringify({ name, event }));
    const tooLong = payloads.find((payload) => Buffer.byteLength(payload) > maxPayloadBytes);
    if (tooLong !== undefined)
      throw new RangeError(`A ${name} notice of ${tooLong.length} characters does not fit NOTIFY.`);
    await manager.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [channel, payloads]);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.config.databaseDirectUrl ?? (this.dataSource.options as { url?: string }).url,
      application_name: 'checkstack-listen',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('notification', ({ payload }) => this.notices.next(JSON.parse(payload ?? '') as Notice));
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, undefined));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
      this.client = client;
      this.proving = setInterval(() => this.prove(client), proveEveryMs).unref();
      this.missed.next();
    } catch (error) {
      this.lost(client, error as Error);
    }
  }

  /** A line that only listens would not notice that its other end is gone. */
  private prove(client: Client): void {
    const deadline = setTimeout(() => {
      if (client === this.client) this.lost(client, new Error('no answer'));
    }, answerWithinMs).unref();
    client
      .query('SELECT')
      .catch(() => undefined)
      .finally(() => clearTimeout(deadline));
  }

  private lost(client: Client, error: Error | undefined): void {
    if (this.closed || this.retry !== undefined) return;
    clearInterval(this.proving);
    this.logger.warn(
      `The line to the database is gone${error === undefined ? '' : ` (${error.message})`}; trying again.`,
    );
    client.removeAllListeners();
    client.on('error', () => undefined);
    void client.end().catch(() => undefined);
    this.client = undefined;
    this.retry = setTimeout(
      () => {
        this.retry = undefined;
        void this.connect();
      },
      500 + Math.random() * 500,
    );
  }
}
