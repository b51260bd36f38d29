import {
  routes,
  type Incident,
  type IncidentDraft,
  type IncidentReport,
  type IncidentSummary,
  type TimelineEntry,
} from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Drafts } from './drafts.service.js';
import { Incidents } from './incidents.service.js';
import { Timeline } from './timeline.service.js';

@Controller()
export class IncidentsController {
  constructor(
    private readonly incidents: Incidents,
    private readonly drafts: Drafts,
    private readonly events: Timeline,
  ) {}

  @Route(routes.incidents.list)
  list(
    @Call() { query, actor }: RouteCall<typeof routes.incidents.list>,
  ): Promise<{ items: IncidentSummary[]; next: string | null }> {
    return this.incidents.list(query, actor);
  }

  @Route(routes.incidents.report)
  report(@Call() { query }: RouteCall<typeof routes.incidents.report>): Promise<IncidentReport> {
    return this.incidents.report(query);
  }

  @Route(routes.incidents.draft)
  draft(@Call() { query, actor }: RouteCall<typeof routes.incidents.draft>): Promise<IncidentDraft> {
    return this.drafts.of(query.systemId, actor);
  }

  @Route(routes.incidents.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.incidents.create>): Promise<Incident> {
    return this.incidents.create(body, actor);
  }

  @Route(routes.incidents.change)
  async change(
    @Call() { body, actor }: RouteCall<typeof routes.incidents.change>,
  ): Promise<{ items: IncidentSummary[] }> {
    return { items: await this.incidents.change(body, actor) };
  }

  @Route(routes.incidents.read)
  read(@Call() { params }: RouteCall<typeof routes.incidents.read>): Promise<Incident> {
    return this.incidents.read(params.id);
  }

  @Route(routes.incidents.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.incidents.update>): Promise<Incident> {
    return this.incidents.update(params.id, body, actor, version);
  }

  @Route(routes.incidents.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.incidents.remove>): Promise<void> {
    return this.incidents.remove(params.id, actor, version);
  }

  @Route(routes.incidents.acknowledge)
  acknowledge(@Call() { params, actor }: RouteCall<typeof routes.incidents.acknowledge>): Promise<Incident> {
    return this.incidents.acknowledge(params.id, actor);
  }

  @Route(routes.incidents.timeline)
  timeline(
    @Call() { params, query, actor }: RouteCall<typeof routes.incidents.timeline>,
  ): Promise<{ items: TimelineEntry[]; next: string | null }> {
    return this.events.list(params.id, query, actor);
  }
}
