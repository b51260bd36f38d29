import { routes, type Enrolment, type RouteAnswer, type Satellite, type SatelliteTag } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../config.js';
import { SatelliteBundle } from '../operation/satellite-bundle.js';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { enrolmentCommands, reachableUrl } from './enrolment-commands.js';
import { Enrolments } from './enrolments.service.js';
import { Satellites } from './satellites.service.js';

@Controller()
export class SatellitesController {
  constructor(
    private readonly config: Config,
    private readonly satellites: Satellites,
    private readonly enrolments: Enrolments,
    private readonly bundle: SatelliteBundle,
  ) {}

  @Route(routes.satellites.tags)
  async tags(): Promise<{ items: SatelliteTag[] }> {
    return { items: await this.satellites.tags() };
  }

  @Route(routes.satellites.list)
  list(
    @Call() { query }: RouteCall<typeof routes.satellites.list>,
  ): Promise<{ items: Satellite[]; next: string | null }> {
    return this.satellites.list(query);
  }

  @Route(routes.satellites.enrol)
  async enrol(@Call() { body, actor, request }: RouteCall<typeof routes.satellites.enrol>): Promise<Enrolment> {
    return this.withCommands(await this.enrolments.enrol(body, actor), request);
  }

  @Route(routes.satellites.read)
  read(@Call() { params }: RouteCall<typeof routes.satellites.read>): Promise<Satellite> {
    return this.satellites.read(params.id);
  }

  @Route(routes.satellites.gaps)
  gaps(
    @Call() { params, query }: RouteCall<typeof routes.satellites.gaps>,
  ): Promise<RouteAnswer<typeof routes.satellites.gaps>> {
    return this.satellites.gaps(params.id, query);
  }

  @Route(routes.satellites.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.satellites.update>): Promise<Satellite> {
    return this.enrolments.update(params.id, body, actor, version);
  }

  @Route(routes.satellites.rotate)
  async rotate(@Call() call: RouteCall<typeof routes.satellites.rotate>): Promise<Enrolment> {
    const enrolled = await this.enrolments.rotate(call.params.id, call.body.overlapMinutes, call.actor);
    return this.withCommands(enrolled, call.request);
  }

  @Route(routes.satellites.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.satellites.remove>): Promise<void> {
    return this.enrolments.remove(params.id, actor, version);
  }

  private async withCommands(
    { satellite, token }: { satellite: Satellite; token: string },
    request: Request,
  ): Promise<Enrolment> {
    const hubUrl = reachableUrl(this.config.baseUrl, request);
    // The satellite is enrolled all the same when there is no program to hand out.
    const sha256 = await this.bundle.read().then(
      (bundle) => bundle.sha256,
      () => null,
    );
    return { satellite, token, commands: sha256 === null ? [] : enrolmentCommands(hubUrl, token, sha256) };
  }
}
