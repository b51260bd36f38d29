import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Jobs } from '../cluster/jobs.js';
import type { Sql } from '../health/outlook-rows.js';
import { linkLimits } from '../link/link-limits.js';
import { dayAfter, isExpired, partitionOf, wantedDays } from './partition-days.js';
import { rawDaysAtLeast } from './rollup/tiers.js';

const partitionLock = 7_226_004;

interface Partition {
  name: string;
  isAttached: boolean;
  /** A detach was interrupted. */
  isPending: boolean;
}

/**
 * One partition of `results` a day (UTC). Made plain and then attached, detached and then dropped: making or dropping
 * in place would wait for every reader, and ingest behind it.
 */
@Injectable()
export class Partitions implements OnModuleInit {
  private readonly logger = new Logger('results');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  /** The partitions exist before any socket is opened. */
  async onModuleInit(): Promise<void> {
    await this.prepare();
    this.jobs.every('results-partitions', { cron: '10 0 * * *' }, async (manager) => {
      // The work is done beside this transaction, which stays idle meanwhile.
      await manager.query("SET LOCAL idle_in_transaction_session_timeout = '10min'");
      await this.prepare();
      await this.dropExpired();
      await this.rebuildIndex();
    });
  }

  async prepare(): Promise<void> {
    await this.dataSource.transaction(async (sql) => {
      await sql.query('SELECT pg_advisory_xact_lock($1)', [partitionLock]);
      const today = await todayOf(sql);
      const partitions = new Map((await list(sql)).map((partition) => [partition.name, partition]));
      for (const day of wantedDays(today, linkLimits.spoolMaxAgeMs)) {
        const name = partitionOf(day);
        const partition = partitions.get(name);
        if (partition?.isAttached) continue;
        if (!partition) await sql.query(`CREATE TABLE ${name} (LIKE results INCLUDING ALL)`);
        await sql.query(
          `ALTER TABLE results ATTACH PARTITION ${name} FOR VALUES FROM ('${day}') TO ('${dayAfter(day)}')`,
        );
      }
    });
  }

  async dropExpired(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      // A reader that takes its time is not waited for: tomorrow is soon enough.
      await runner.query("SET lock_timeout = '5s'");
      const today = await todayOf(runner);
      const keptDays = await keptDaysOf(runner);
      for (const { name, isAttached, isPending } of await list(runner)) {
        if (!isExpired(name, today, keptDays)) continue;
        if (isAttached)
          await runner.query(`ALTER TABLE results DETACH PARTITION ${name} ${isPending ? 'FINALIZE' : 'CONCURRENTLY'}`);
        await runner.query(`DROP TABLE IF EXISTS ${name}`);
        this.logger.log(`Dropped the results of ${name.slice(-8)}, which are older than ${keptDays} days.`);
      }
    } finally {
      await runner.query('RESET lock_timeout').catch(() => undefined);
      await runner.release();
    }
  }

  /** Of the day that has just become too old for results: they came mixed, and left its pages half empty. */
  async rebuildIndex(): Promise<void> {
    const today = await todayOf(this.dataSource);
    const name = partitionOf(dayAfter(today, -rawDaysAtLeast));
    const partitions = await list(this.dataSource);
    if (!partitions.some((partition) => partition.name === name && partition.isAttached)) return;
    // What an interrupted rebuild left behind.
    const invalid = await this.dataSource.query<{ index: string }[]>(
      'SELECT indexrelid::regclass::text AS index FROM pg_index WHERE indrelid = $1::regclass AND NOT indisvalid',
      [name],
    );
    for (const { index } of invalid) await this.dataSource.query(`DROP INDEX ${index}`);
    await this.dataSource.query(`REINDEX TABLE CONCURRENTLY ${name}`);
  }
}

/** The longest retention of any assignment; shorter ones delete rows. */
async function keptDaysOf(sql: Sql): Promise<number> {
  const [row] = await sql.query<[{ days: number }]>(
    `SELECT greatest(max(retention_days), ${rawDaysAtLeast}) AS days FROM assignments`,
  );
  return row.days;
}

async function todayOf(sql: Sql): Promise<string> {
  const [row] = await sql.query<[{ today: string }]>(`SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today`);
  return row.today;
}

/** All tables with the name of a partition, attached or left over. */
function list(sql: Sql): Promise<Partition[]> {
  return sql.query<Partition[]>(
    `SELECT c.relname AS name, i.inhparent IS NOT NULL AS "isAttached", coalesce(i.inhdetachpending, false) AS "isPending"
     FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
     WHERE c.relkind = 'r' AND c.relname ~ '^results_[0-9]{8}$'
       AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'results'::regclass)
     ORDER BY c.relname`,
  );
}
