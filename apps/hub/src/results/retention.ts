import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Jobs } from '../cluster/jobs.js';
import { sourceFrom } from './rollup/rollup-rows.js';
import { daily, hourly } from './rollup/tiers.js';

interface Table {
  name: string;
  /** Of a row; its second column is when. */
  key: string[];
  /** From when on rows are kept; `a` is the assignment. */
  from: string;
}

/** What is older than any API shows it, and than rollups are still made of. */
const tables: Table[] = [
  { name: 'results', key: ['slice_number', 'slot', 'attempt'], from: sourceFrom(hourly) },
  { name: hourly.table, key: ['slice_number', 'from_at'], from: sourceFrom(daily) },
  {
    name: daily.table,
    key: ['slice_number', 'from_at'],
    from: 'now() - make_interval(days => a.daily_retention_days)',
  },
];

const rowsAtOnce = 5_000;

/**
 * Deletes what its assignment no longer keeps, hidden since it came of age; bit by bit, so that nobody waits. Results
 * that no assignment keeps go with their partition.
 */
@Injectable()
export class Retention implements OnModuleInit {
  private readonly logger = new Logger('results');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.jobs.every('results-retention', { cron: '25 * * * *' }, async (manager) => {
      // The work is done beside this transaction, which stays idle meanwhile.
      await manager.query("SET LOCAL idle_in_transaction_session_timeout = '1h'");
      await this.expire();
    });
  }

  async expire(): Promise<void> {
    for (const table of tables) {
      const deleted = (await this.deleteAll(table, expired(table))) + (await this.deleteAll(table, orphaned(table)));
      if (deleted > 0) this.logger.log(`Deleted ${deleted} rows of ${table.name} that are no longer kept.`);
    }
  }

  /** All rows that `select` finds by their key, some at once. */
  private async deleteAll({ name, key }: Table, select: string): Promise<number> {
    const isSame = key.map((column) => `row.${column} = found.${column}`).join(' AND ');
    for (let deleted = 0; ;) {
      const [, count] = await this.dataSource.query<[unknown[], number]>(
        `WITH found AS MATERIALIZED (${select} LIMIT ${rowsAtOnce}) DELETE FROM ${name} row USING found WHERE ${isSame}`,
      );
      deleted += count;
      if (count < rowsAtOnce) return deleted;
    }
  }
}

function expired({ name, key, from }: Table): string {
  const [, at] = key;
  return `SELECT ${key.map((column) => `old.${column}`).join(', ')}
    FROM slices s JOIN assignments a ON a.id = s.assignment_id
    CROSS JOIN LATERAL (SELECT * FROM ${name} WHERE slice_number = s.number AND ${at ?? ''} < ${from}) old`;
}

/** Of slices that are no more. */
function orphaned({ name, key }: Table): string {
  return `SELECT ${key.join(', ')} FROM ${name} o WHERE NOT EXISTS (SELECT FROM slices WHERE number = o.slice_number)`;
}
