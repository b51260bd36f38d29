import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../../cluster/jobs.js';
import { closeHours, mark } from './closing.js';
import { rollUp, withSource } from './rollup-rows.js';
import { daily, hourly, type Tier } from './tiers.js';

/** So many that their runs of an hour hold up nobody else in this process. */
const slicesAtOnce = 25;
/** What is left is for the next time. */
const workForMs = 40_000;

const tiers = [hourly, daily];

/**
 * Rolls up each hour once, after it closed, and each day from its hours; and again what has marks. Each step is a
 * transaction of its own that holds the tier's row of progress: replicas that work at once take turns, and what is done
 * twice comes to the same.
 */
@Injectable()
export class Rollups implements OnModuleInit {
  private readonly logger = new Logger('results');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.every('results-rollups', { everySeconds: 60 }, async (manager) => {
      // The work is done beside this transaction, which stays idle meanwhile.
      await manager.query("SET LOCAL idle_in_transaction_session_timeout = '10min'");
      await this.catchUp();
    });
  }

  /** All that is due, as far as there is time for it. */
  async catchUp(): Promise<void> {
    const deadline = performance.now() + workForMs;
    const isTime = (): boolean => performance.now() < deadline;
    await closeHours(this.dataSource);
    for (const tier of tiers) {
      while (isTime() && (await this.rollUpNext(tier))) continue;
      while (isTime() && (await this.rollUpMarked(tier))) continue;
    }
    if (!isTime()) this.logger.log('There is more to roll up than fits a minute; going on in the next.');
  }

  /** The next bucket of all slices; false: it is not closed yet. */
  private async rollUpNext(tier: Tier): Promise<boolean> {
    const fromMs = await nextOf(this.dataSource.manager, tier);
    if (fromMs === null) return false;
    let after = 0;
    for (;;) {
      const slices = await this.slicesAfter(after, tier, fromMs);
      if (slices.length === 0) break;
      after = slices.at(-1) ?? after;
      const isStillNext = await this.holding(tier, async (sql) => {
        if ((await nextOf(sql, tier)) !== fromMs) return false;
        await rollUp(sql, { tier, fromMs, slices: await withSource(sql, { tier, fromMs, slices }) });
        return true;
      });
      // Another replica was faster.
      if (!isStillNext) return true;
    }
    await this.holding(tier, (sql) =>
      sql.query('UPDATE rollup_progress SET until = $3 WHERE name = $1 AND until = $2', [
        tier.name,
        new Date(fromMs),
        new Date(fromMs + tier.lengthMs),
      ]),
    );
    return true;
  }

  /** The bucket with the oldest marks; false: there are none. */
  private rollUpMarked(tier: Tier): Promise<boolean> {
    return this.holding(tier, async (sql) => {
      const untilMs = await untilOf(sql, tier);
      // Taken before the runs are read: who adds runs later adds a mark as well. Those of a bucket that has not been
      // rolled up wait: another replica may be at it.
      const [claimed] = await sql.query<[{ from_at: Date; slice_numbers: number[] }[], number]>(
        `DELETE FROM rollup_marks WHERE tier = $1
           AND from_at = (SELECT from_at FROM rollup_marks WHERE tier = $1 AND from_at < $2 ORDER BY from_at LIMIT 1)
         RETURNING from_at, slice_numbers`,
        [tier.name, new Date(untilMs)],
      );
      const fromMs = claimed[0]?.from_at.getTime();
      if (fromMs === undefined) return false;
      const all = [...new Set(claimed.flatMap(({ slice_numbers }) => slice_numbers))].sort((one, two) => one - two);
      const slices = await withSource(sql, { tier, fromMs, slices: all });
      for (let first = 0; first < slices.length; first += slicesAtOnce)
        await rollUp(sql, { tier, fromMs, slices: slices.slice(first, first + slicesAtOnce) });
      const day = Math.floor(fromMs / daily.lengthMs) * daily.lengthMs;
      // A day whose hours are not complete has yet to be made of them.
      if (tier === hourly && slices.length > 0 && day + daily.lengthMs <= untilMs)
        await mark(sql, daily.name, { fromMs: day, slices });
      return true;
    });
  }

  /** The next few that have something to roll up. */
  private async slicesAfter(number: number, { source, lengthMs }: Tier, fromMs: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ number: number }[]>(
      `SELECT s.number FROM slices s WHERE s.number > $1 AND EXISTS (
         SELECT FROM ${source.table} WHERE slice_number = s.number AND ${source.at} >= $3 AND ${source.at} < $4)
       ORDER BY s.number LIMIT $2`,
      [number, slicesAtOnce, new Date(fromMs), new Date(fromMs + lengthMs)],
    );
    return rows.map((row) => row.number);
  }

  private holding<Answer>(tier: Tier, work: (sql: EntityManager) => Promise<Answer>): Promise<Answer> {
    return this.dataSource.transaction(async (sql) => {
      await sql.query('SELECT FROM rollup_progress WHERE name = $1 FOR UPDATE', [tier.name]);
      return work(sql);
    });
  }
}

async function untilOf(sql: EntityManager, { name }: Tier): Promise<number> {
  const [row] = await sql.query<{ until: Date }[]>('SELECT until FROM rollup_progress WHERE name = $1', [name]);
  return row?.until.getTime() ?? 0;
}

/** Where the tier's next bucket begins, Unix milliseconds; null: what it is made of is not complete. */
async function nextOf(sql: EntityManager, { name, follows, lengthMs }: Tier): Promise<number | null> {
  const [row] = await sql.query<{ until: Date }[]>(
    `SELECT own.until FROM rollup_progress own JOIN rollup_progress source ON source.name = $2
     WHERE own.name = $1 AND own.until + make_interval(secs => $3) <= source.until`,
    [name, follows, lengthMs / 1000],
  );
  return row?.until.getTime() ?? null;
}
