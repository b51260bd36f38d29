import { randomUUID } from 'node:crypto';
import type { routes, RouteInput, TestRun } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Actor } from '../actor.js';
import { Audit } from '../audit/audit.service.js';
import { Environments } from '../catalog/environments.service.js';
import { Systems } from '../catalog/systems.service.js';
import { Checks } from '../checks/checks.service.js';
import { Definitions } from '../checks/definitions.service.js';
import { probeOf } from '../checks/probe-kinds.js';
import { labelsOf, prepareTemplates, type TemplateValues } from '../checks/templates.js';
import { Notices } from '../cluster/notices.js';
import { HubProblem, invalidField } from '../problems.js';
import { Locations } from '../satellites/locations.service.js';
import { findTestRun, type StoredJob } from './test-run-rows.js';

type Request = RouteInput<typeof routes.testRuns.create>['body'];

/** Test now: one run of a configuration that may not be saved, which never enters history. */
@Injectable()
export class TestRuns {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly checks: Checks,
    private readonly definitions: Definitions,
    private readonly environments: Environments,
    private readonly locations: Locations,
    private readonly notices: Notices,
    private readonly systems: Systems,
  ) {}

  async create(request: Request, actor: Actor): Promise<TestRun> {
    const id = randomUUID();
    const saved = request.checkId === undefined ? null : await this.checks.findDefinition(request.checkId);
    if (request.checkId !== undefined && saved === null) throw invalidField('checkId', 'There is no such check.');
    const { kind, config, collectors, timeoutMs } = request;
    const entered = this.definitions.enter(
      { kind, config, collectors, timeoutMs },
      saved?.definition.kind === kind ? saved : null,
      bindingOf(id),
    );
    const values = await this.valuesOf(request, saved?.name ?? null);
    const definition = prepareTemplates(probeOf(kind), entered)?.(values) ?? entered;
    const location = await this.locations.find(request.locationId);
    if (location === null) throw invalidField('locationId', 'There is no such location.');
    if (location.onlineCount === 0) throw new HubProblem('no_satellite');
    const job: StoredJob = { definition, labels: labelsOf(values, location.name) };
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO test_runs (id, location_id, requested_by, status, job) VALUES ($1, $2, $3, 'waiting', $4)`,
        [id, location.id, actor.id, JSON.stringify(job)],
      );
      const subject = { kind: 'check', id: request.checkId ?? null, name: saved?.name ?? `unsaved ${kind} check` };
      await this.audit.record(manager, actor, {
        action: 'check.test',
        subject,
        changes: { location: [null, location.name] },
      });
      await this.notices.publish('testRun', { id }, manager);
    });
    return this.read(id);
  }

  async read(id: string): Promise<TestRun> {
    const testRun = await findTestRun(this.dataSource.manager, id);
    if (testRun === undefined) throw new HubProblem('not_found');
    return testRun;
  }

  /** One that is over stays as it is. */
  async cancel(id: string): Promise<void> {
    await this.read(id);
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `UPDATE test_runs SET status = 'cancelled' WHERE id = $1 AND status IN ('waiting', 'running')`,
        [id],
      );
      await this.notices.publish('testRun', { id }, manager);
    });
  }

  private async valuesOf({ systemId, environmentId }: Request, check: string | null): Promise<TemplateValues> {
    const system = systemId === undefined ? null : await this.systems.find(systemId);
    if (systemId !== undefined && system === null) throw invalidField('systemId', 'There is no such system.');
    const environment = environmentId === undefined ? null : await this.environments.find(environmentId);
    if (environmentId !== undefined && environment === null)
      throw invalidField('environmentId', 'There is no such environment.');
    return { check, system: system?.name ?? null, environment };
  }
}

/** Where the secrets of a test run are sealed for. */
export function bindingOf(testRunId: string): string {
  return `test-runs/${testRunId}`;
}
