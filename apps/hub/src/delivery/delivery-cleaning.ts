import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../cluster/jobs.js';

/** Days that what left, or could not, is shown with its attempts. */
const keptDays = 30;
/** Days after its last message that a thread is gone on with. */
const threadDays = 180;
const rowsAtOnce = 5_000;

/** Gives up what waited too long for a lane that stands still, and forgets what is old. */
@Injectable()
export class DeliveryCleaning implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.every('deliveries-giving-up', { cron: '* * * * *' }, giveUp);
    this.jobs.every('deliveries-cleaning', { cron: '10 1 * * *' }, async (manager) => {
      // The work is done beside this transaction, which stays idle meanwhile.
      await manager.query("SET LOCAL idle_in_transaction_session_timeout = '1h'");
      await this.clean();
    });
  }

  async clean(): Promise<void> {
    await this.deleteAll('deliveries', 'id', `ended_at < now() - interval '${keptDays} days'`);
    await this.deleteAll('delivery_threads', 'thread', `at < now() - interval '${threadDays} days'`);
    await this.dataSource.query(
      `DELETE FROM delivery_lanes l WHERE NOT EXISTS (SELECT FROM channels WHERE id = l.id)
         AND NOT EXISTS (SELECT FROM integrations WHERE id = l.id)
         AND NOT EXISTS (SELECT FROM deliveries WHERE lane_id = l.id)`,
    );
  }

  /** Bit by bit, so that nobody waits. */
  private async deleteAll(table: string, key: string, old: string): Promise<void> {
    for (let count = rowsAtOnce; count === rowsAtOnce;) {
      [, count] = await this.dataSource.query<[unknown[], number]>(
        `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${old} LIMIT ${rowsAtOnce})`,
      );
    }
  }
}

export async function giveUp(manager: EntityManager): Promise<void> {
  await manager.query(
    `UPDATE deliveries SET state = 'dead', ended_at = now(),
       last_error = COALESCE(last_error, 'It could not leave in time.')
     WHERE state = 'waiting' AND give_up_at < now()`,
  );
}
