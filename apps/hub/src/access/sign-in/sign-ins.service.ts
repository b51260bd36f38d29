import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../actor.js';
import { Audit } from '../../audit/audit.service.js';
import { HubProblem } from '../../problems.js';
import { Sessions } from '../sessions.service.js';

/** From "this is really them" to a signed-in browser. */
@Injectable()
export class SignIns {
  constructor(
    private readonly sessions: Sessions,
    private readonly audit: Audit,
  ) {}

  /** Ends the session that this browser had, so that nobody can plant one and wait for it to become somebody's. */
  async signIn(
    manager: EntityManager,
    userId: string,
    browser: { address: string; userAgent: string },
    before: Actor | undefined,
  ): Promise<{ id: string; cookie: string }> {
    const [[user]] = await manager.query<[{ name: string }[], number]>(
      'UPDATE users SET last_sign_in_at = now() WHERE id = $1 AND NOT disabled RETURNING name',
      [userId],
    );
    if (!user) throw new HubProblem('wrong_credentials');
    if (before?.id != null && before.sessionId !== undefined)
      await this.sessions.end(manager, before.id, before.sessionId);
    const actor: Actor = { kind: 'user', id: userId, name: user.name, rules: [], address: browser.address };
    await this.audit.record(manager, actor, {
      action: 'session.sign-in',
      subject: { kind: 'user', id: userId, name: user.name },
    });
    return this.sessions.open(manager, userId, browser);
  }
}
