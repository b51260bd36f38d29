import type { Session, SignedInBrowser } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { Config } from '../config.js';
import { HubProblem } from '../problems.js';
import { rulesOf } from './rules.js';
import { sessionCookie } from './session-cookie.js';
import { hashToken, randomToken } from './token.js';

/** A session ends this long after its last use, */
const idleDays = 7;
/** and this long after the sign-in, used or not. */
const lifetimeDays = 30;

interface SessionRow {
  id: string;
  user_id: string;
  email: string;
  user_name: string;
  role: string;
  rules: string[] | null;
  expires_at: Date;
  is_due: boolean;
}

/** Signed-in browsers: rows that hold the SHA-256 of what the cookie holds. */
@Injectable()
export class Sessions {
  readonly cookie = sessionCookie(this.config.baseUrl);

  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
    jobs: Jobs,
  ) {
    jobs.every('expired-sessions', { everySeconds: 3600 }, (manager) =>
      manager.query('DELETE FROM sessions WHERE expires_at <= now()'),
    );
  }

  /** Starts a session; `cookie` is the Set-Cookie to answer with. */
  async open(
    manager: EntityManager,
    userId: string,
    browser: { address: string; userAgent: string },
  ): Promise<{ id: string; cookie: string }> {
    const token = randomToken();
    const [row] = await manager.query<[{ id: string }]>(
      `INSERT INTO sessions (token_hash, user_id, expires_at, address, user_agent)
       VALUES ($1, $2, now() + make_interval(days => ${idleDays}), $3, $4) RETURNING id`,
      [hashToken(token), userId, browser.address, browser.userAgent.slice(0, 300)],
    );
    return { id: row.id, cookie: this.cookie.set(token, lifetimeDays * 86_400) };
  }

  /** Who holds this cookie value; keeps the session alive, with at most one write a minute. */
  async actorOf(token: string, address: string): Promise<Actor | null> {
    const row = await this.find('token_hash', hashToken(token));
    if (!row) return null;
    if (row.is_due) await this.touch(row.id);
    return {
      kind: 'user',
      id: row.user_id,
      name: row.user_name,
      rules: rulesOf(row.rules),
      address,
      sessionId: row.id,
    };
  }

  async read(sessionId: string): Promise<Session> {
    const row = await this.find('id', sessionId);
    if (!row) throw new HubProblem('not_signed_in');
    return {
      user: { id: row.user_id, email: row.email, name: row.user_name },
      role: row.role,
      rules: rulesOf(row.rules),
      expiresAt: row.expires_at.toISOString(),
    };
  }

  async listOf(userId: string, currentId: string): Promise<SignedInBrowser[]> {
    const rows = await this.dataSource.query<
      { id: string; created_at: Date; last_seen_at: Date; address: string; user_agent: string }[]
    >(
      `SELECT id, created_at, last_seen_at, address, user_agent FROM sessions
       WHERE user_id = $1 AND expires_at > now() ORDER BY last_seen_at DESC, id`,
      [userId],
    );
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at.toISOString(),
      address: row.address,
      userAgent: row.user_agent,
      current: row.id === currentId,
    }));
  }

  /** Ends one session of that user; false when there is none. Open live sockets are judged again. */
  async end(manager: EntityManager, userId: string, sessionId: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown, number]>('DELETE FROM sessions WHERE id = $1 AND user_id = $2', [
      sessionId,
      userId,
    ]);
    if (count > 0) await this.notices.publish('access', { userId }, manager);
    return count > 0;
  }

  /** Ends all sessions of a user, or all but the one they are using. */
  async endAll(manager: EntityManager, userId: string, exceptId?: string): Promise<void> {
    await manager.query('DELETE FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2', [
      userId,
      exceptId ?? null,
    ]);
    await this.notices.publish('access', { userId }, manager);
  }

  private async find(column: 'id' | 'token_hash', value: unknown): Promise<SessionRow | undefined> {
    const [row] = await this.dataSource.query<SessionRow[]>(
      `SELECT sessions.id, sessions.user_id, users.email, users.name AS user_name, roles.name AS role, roles.rules,
              sessions.expires_at, sessions.last_seen_at < now() - interval '1 minute' AS is_due
       FROM sessions JOIN users ON users.id = sessions.user_id JOIN roles ON roles.id = users.role_id
       WHERE sessions.${column} = $1 AND sessions.expires_at > now() AND NOT users.disabled`,
      [value],
    );
    return row;
  }

  private async touch(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE sessions SET last_seen_at = now(),
         expires_at = least(now() + make_interval(days => ${idleDays}), created_at + make_interval(days => ${lifetimeDays}))
       WHERE id = $1 AND last_seen_at < now() - interval '1 minute'`,
      [id],
    );
  }
}
