import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { hubVersion } from '../version.js';

const renewEveryMs = 5_000;
const leaseSeconds = 15;

/** For the one hub that a database can have: whoever held a lease before is gone, and its satellites need not wait it out. */
export async function endEarlierLeases(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    await client.query('DELETE FROM replicas');
  } finally {
    await client.end();
  }
}

/** This hub process among its equals: one row, whose lease says that it lives. */
@Injectable()
export class Replica implements OnModuleInit, BeforeApplicationShutdown {
  readonly id = randomUUID();
  private readonly logger = new Logger('cluster');
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.renew();
    await this.dataSource.query(`DELETE FROM replicas WHERE lease_until < now() - interval '1 hour'`);
    this.timer = setInterval(() => {
      this.renew().catch((error: Error) => this.logger.warn(`The lease was not renewed: ${error.message}`));
    }, renewEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    // Without it the lease ends by itself a little later.
    await this.dataSource.query('DELETE FROM replicas WHERE id = $1', [this.id]).catch(() => undefined);
  }

  /** Whether the hub process of this id lives, as far as its lease says. */
  async isAlive(id: string): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>('SELECT FROM replicas WHERE id = $1 AND lease_until > now()', [
      id,
    ]);
    return rows.length > 0;
  }

  /** The row comes back when another replica took this one for dead. */
  private async renew(): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO replicas (id, hostname, version, lease_until)
       VALUES ($1, $2, $3, now() + make_interval(secs => ${leaseSeconds}))
       ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until`,
      [this.id, hostname(), hubVersion],
    );
  }
}
