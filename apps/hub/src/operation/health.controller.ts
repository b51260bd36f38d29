import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { HubProblem } from '../problems.js';
import { MayCall } from '../rest/route.decorator.js';
import { Drain } from './drain.js';

const databasePatienceMs = 3_000;

/** For orchestrators and load balancers, which have no key. */
@Controller()
export class HealthController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly drain: Drain,
  ) {}

  /** Alive: a process that cannot answer this is to be restarted. The database's trouble is none of its own. */
  @Get('healthz')
  @MayCall('public')
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready: requests and satellites may be sent here. */
  @Get('readyz')
  @MayCall('public')
  async ready(): Promise<{ status: string }> {
    if (this.drain.isDraining) throw new HubProblem('unavailable', { detail: 'This hub is stopping.' });
    const missing = await Promise.race([this.missingMigrations(), tooLate()]).catch((cause: unknown) => {
      throw new HubProblem('unavailable', { detail: 'The database does not answer.', cause });
    });
    if (missing > 0)
      throw new HubProblem('unavailable', { detail: 'The database’s tables are not those of this release.' });
    return { status: 'ok' };
  }

  private async missingMigrations(): Promise<number> {
    const names = this.dataSource.migrations.map(({ name }) => name);
    const [row] = await this.dataSource.query<[{ count: number }]>(
      'SELECT count(*)::int AS count FROM migrations WHERE name = ANY($1)',
      [names],
    );
    return names.length - row.count;
  }
}

async function tooLate(): Promise<never> {
  await delay(databasePatienceMs, undefined, { ref: false });
  throw new Error(`no answer within ${databasePatienceMs} ms`);
}
