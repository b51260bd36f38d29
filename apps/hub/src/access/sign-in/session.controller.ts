import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller, Res } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import type { Actor } from '../../actor.js';
import { Audit } from '../../audit/audit.service.js';
import { Config } from '../../config.js';
import { HubProblem, invalidField } from '../../problems.js';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { addressOf } from '../address.js';
import { Sessions } from '../sessions.service.js';
import { Logins } from './logins.service.js';
import { SignIns } from './sign-ins.service.js';

@Controller()
export class SessionController {
  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly logins: Logins,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
    private readonly audit: Audit,
  ) {}

  @Route(routes.session.logins)
  listLogins(): RouteAnswer<typeof routes.session.logins> {
    return { items: this.logins.list() };
  }

  @Route(routes.session.signIn)
  async signIn(
    @Call() { body, actor, request }: RouteCall<typeof routes.session.signIn>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RouteAnswer<typeof routes.session.signIn>> {
    const address = addressOf(request, this.config.trustedProxies);
    const userId = await this.logins.prove(body.login, body.input, address);
    const { id, cookie } = await this.dataSource.transaction((manager) =>
      this.signIns.signIn(manager, userId, { address, userAgent: request.headers['user-agent'] ?? '' }, actor),
    );
    response.setHeader('Set-Cookie', cookie);
    return this.sessions.read(id);
  }

  @Route(routes.session.read)
  read(@Call() { actor }: RouteCall<typeof routes.session.read>): Promise<RouteAnswer<typeof routes.session.read>> {
    return this.sessions.read(personOf(actor).sessionId);
  }

  @Route(routes.session.signOut)
  async signOut(
    @Call() { actor }: RouteCall<typeof routes.session.signOut>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { userId, sessionId } = personOf(actor);
    await this.dataSource.transaction(async (manager) => {
      await this.sessions.end(manager, userId, sessionId);
      await this.audit.record(manager, actor, { action: 'session.sign-out', subject: subjectOf(actor) });
    });
    response.setHeader('Set-Cookie', this.sessions.cookie.clear());
  }

  @Route(routes.session.changePassword)
  async changePassword(
    @Call() { body, actor, request }: RouteCall<typeof routes.session.changePassword>,
  ): Promise<void> {
    const { userId, sessionId } = personOf(actor);
    const address = addressOf(request, this.config.trustedProxies);
    if (!(await this.logins.provePassword(userId, body.current, address)))
      throw invalidField('current', 'This is not your current password.');
    const credential = await this.logins.hashPassword(body.next, 'next');
    await this.dataSource.transaction(async (manager) => {
      await this.logins.storePassword(manager, userId, credential);
      await this.sessions.endAll(manager, userId, sessionId);
      await this.audit.record(manager, actor, { action: 'user.change-password', subject: subjectOf(actor) });
    });
  }

  @Route(routes.session.list)
  async list(
    @Call() { actor }: RouteCall<typeof routes.session.list>,
  ): Promise<RouteAnswer<typeof routes.session.list>> {
    const { userId, sessionId } = personOf(actor);
    return { items: await this.sessions.listOf(userId, sessionId) };
  }

  @Route(routes.session.revoke)
  async revoke(@Call() { actor, params }: RouteCall<typeof routes.session.revoke>): Promise<void> {
    const { userId } = personOf(actor);
    await this.dataSource.transaction(async (manager) => {
      if (!(await this.sessions.end(manager, userId, params.id))) throw new HubProblem('not_found');
      await this.audit.record(manager, actor, { action: 'session.revoke', subject: subjectOf(actor) });
    });
  }
}

function personOf(actor: Actor): { userId: string; sessionId: string } {
  if (actor.kind === 'user' && actor.id !== null && actor.sessionId !== undefined)
    return { userId: actor.id, sessionId: actor.sessionId };
  throw new HubProblem('not_allowed', { detail: 'An API key has no session and no password.' });
}

function subjectOf({ id, name }: Actor): { kind: 'user'; id: string | null; name: string } {
  return { kind: 'user', id, name };
}
