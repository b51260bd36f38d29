// The growing delay between attempts to sign in, kept in the database so that replicas share it.
import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../../cluster/jobs.js';
import { HubProblem } from '../../problems.js';
import { Secrets } from '../../secrets/secrets.service.js';

interface Limit {
  /** Failures in a row before there is any delay. */
  free: number;
  /** It doubles from one second up to this. */
  maxDelaySeconds: number;
}

/** Short at most: a stranger who fails on purpose must not keep the account's owner out. */
const accountLimit: Limit = { free: 4, maxDelaySeconds: 60 };
/** A whole office may come from one address. */
const addressLimit: Limit = { free: 20, maxDelaySeconds: 900 };
const forgottenAfter = `interval '1 day'`;

/** SQL for how long an attempt must wait after the one before. */
function delayOf({ free, maxDelaySeconds }: Limit): string {
  return `make_interval(secs => CASE WHEN f.count < ${free} THEN 0
    ELSE least(${maxDelaySeconds}, power(2, least(f.count - ${free}, 20))) END)`;
}

@Injectable()
export class SignInFailures {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secrets: Secrets,
    jobs: Jobs,
  ) {
    jobs.every('sign-in-failures', { everySeconds: 3600 }, (manager) =>
      manager.query(`DELETE FROM sign_in_failures WHERE last_at < now() - ${forgottenAfter}`),
    );
  }

  /**
   * Counts the attempt as failed before it is made, so that many at once gain nothing; `succeeded` takes that back.
   * Throws too_many_attempts, alike for accounts that exist and those that do not.
   */
  async beginFrom(address: string): Promise<void> {
    await this.begin(addressSubject(address), addressLimit);
  }

  async beginAs(email: string): Promise<void> {
    await this.begin(await this.accountSubject(email, this.dataSource.manager), accountLimit);
  }

  /** The account starts anew. The address only gets its last attempt back: its owner may have one account and try others. */
  async succeeded(email: string | null, address: string): Promise<void> {
    if (email !== null) await this.forget(email);
    await this.dataSource.query(`UPDATE sign_in_failures SET count = count - 1 WHERE subject = $1 AND count > 0`, [
      addressSubject(address),
    ]);
  }

  async forget(email: string, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query('DELETE FROM sign_in_failures WHERE subject = $1', [await this.accountSubject(email, manager)]);
  }

  /**
   * Not the mail address itself, for people type their password there. Made lower case by the database, as the account is
   * found: JavaScript knows other pairs of letters.
   */
  private async accountSubject(email: string, manager: EntityManager): Promise<string> {
    const [row] = await manager.query<[{ email: string }]>('SELECT lower($1) AS email', [email]);
    return `account:${this.secrets.fingerprint(row.email)}`;
  }

  private async begin(subject: string, limit: Limit): Promise<void> {
    const begun = await this.dataSource.query<unknown[]>(
      `INSERT INTO sign_in_failures AS f (subject, count, last_at) VALUES ($1, 1, now())
       ON CONFLICT (subject) DO UPDATE
         SET count = CASE WHEN f.last_at < now() - ${forgottenAfter} THEN 1 ELSE f.count + 1 END, last_at = now()
         WHERE f.last_at + ${delayOf(limit)} <= now()
       RETURNING subject`,
      [subject],
    );
    if (begun.length > 0) return;
    const [row] = await this.dataSource.query<{ seconds: number }[]>(
      `SELECT extract(epoch FROM f.last_at + ${delayOf(limit)} - now())::float8 AS seconds
       FROM sign_in_failures AS f WHERE subject = $1`,
      [subject],
    );
    throw new HubProblem('too_many_attempts', { retryAfterSeconds: Math.max(1, row?.seconds ?? 1) });
  }
}

/** One IPv6 subscriber owns a whole /64. */
function addressSubject(address: string): string {
  if (!isIPv6(address)) return `address:${address}`;
  const [head = '', tail] = address.split('::', 2);
  const groups = head.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail?.split(':') ?? [])];
  return `address:${all.slice(0, 4).join(':')}::/64`;
}
