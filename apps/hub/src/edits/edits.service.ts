import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Audit } from '../audit/audit.service.js';
import { changesOf } from '../audit/changes.js';
import { Notices } from '../cluster/notices.js';
import type { HubEvents } from '../events.js';
import { HubProblem } from '../problems.js';

export interface Change {
  thing: HubEvents['changed']['thing'];
  id: string;
  name: string;
  /** The fields that people edit; absent when it is created. */
  before?: object;
  /** Absent when it is deleted. */
  after?: object;
}

const attempts = 4;
const deadlock = '40P01';
const uniqueViolation = '23505';

/** What every edit by a person has in common. */
@Injectable()
export class Edits {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly notices: Notices,
  ) {}

  /**
   * One transaction, begun again when PostgreSQL ended it to resolve a deadlock with another replica.
   * A second row of one name (a unique index `<table>_name`) becomes the problem that names the field.
   */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.dataSource.transaction(work);
      } catch (error) {
        const { code, constraint } = error as { code?: string; constraint?: string };
        if (code === uniqueViolation && constraint?.endsWith('_name'))
          throw new HubProblem('already_exists', {
            fields: [{ path: 'name', message: 'There is one of this name already.' }],
          });
        if (code !== deadlock || attempt === attempts) throw error;
      }
    }
  }

  /** Writes the audit entry and tells every replica. False: nothing is different. */
  async record(manager: EntityManager, actor: Actor, { thing, id, name, before, after }: Change): Promise<boolean> {
    const changes = changesOf(before ?? null, after ?? null);
    if (before && after && Object.keys(changes).length === 0) return false;
    const verb = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
    await this.audit.record(manager, actor, {
      action: `${thing}.${verb}`,
      subject: { kind: thing, id, name },
      changes,
    });
    await this.notices.publish('changed', { thing, id }, manager);
    return true;
  }
}
