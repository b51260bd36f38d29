import { createHash } from 'node:crypto';
import { rosterDigest, type Job, type RosterUpdate, type Slice } from '@checkstack/link';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { bindingOf, Definitions, plainJobOf } from '../checks/definitions.service.js';
import { findProbe } from '../checks/probe-kinds.js';
import { linkSchedule } from '../checks/schedule.js';
import { labelsOf, prepareTemplates, type TemplateValues } from '../checks/templates.js';
import { together } from '../database/together.js';
import { readRosterRows, type CheckRow, type RosterRows, type SliceRow } from './roster-rows.js';

interface Held {
  revision: number;
  digest: string;
}

/** What a satellite was sent: enough to send it the difference next time. */
interface Sent extends Held {
  /** Slice → digest of its definition. */
  definitions: Map<string, string>;
}

/** A slice whose secrets are still sealed. */
interface Draft {
  id: string;
  definitionDigest: string;
  /** Secrets opened. */
  complete: () => Slice;
}

/** Rosters may be large. */
const atOnce = 50;

/** What each satellite has to run, made from the tables whenever it is asked for. */
@Injectable()
export class Rosters {
  private readonly logger = new Logger('satellites');
  private readonly sent = new Map<string, Sent>();
  private readonly rowsOf = together((ids: readonly string[]) => readRosterRows(this.dataSource, ids), atOnce);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly definitions: Definitions,
  ) {}

  /**
   * What to send to a satellite that holds this revision and digest: the difference to what this hub process has sent
   * it, or the whole roster; null when it holds the current one, or is not there any more.
   */
  async update(satelliteId: string, held: Held): Promise<RosterUpdate | null> {
    const rows = await this.rowsOf(satelliteId);
    if (rows === null) return null;
    const drafts = this.draft(rows);
    const { revision } = rows;
    const digest = rosterDigest(drafts);
    const before = this.sent.get(satelliteId);
    this.sent.set(satelliteId, {
      revision,
      digest,
      definitions: new Map(drafts.map((draft) => [draft.id, draft.definitionDigest])),
    });
    if (held.revision === revision && held.digest === digest) return null;

    const update = { kind: 'rosterUpdate', revision, digest } as const;
    const fromHeld = { whole: false, baseRevision: held.revision, baseDigest: held.digest };
    if (held.digest === digest) return { ...update, ...fromHeld, slices: [], removed: [] };
    if (before === undefined || before.revision !== held.revision || before.digest !== held.digest) {
      const slices = drafts.map((draft) => draft.complete());
      return { ...update, whole: true, baseRevision: 0, baseDigest: '', slices, removed: [] };
    }
    const wanted = new Set(drafts.map((draft) => draft.id));
    return {
      ...update,
      ...fromHeld,
      slices: drafts
        .filter((draft) => before.definitions.get(draft.id) !== draft.definitionDigest)
        .map((draft) => draft.complete()),
      removed: [...before.definitions.keys()].filter((id) => !wanted.has(id)),
    };
  }

  /** The satellite's socket is gone. */
  forget(satelliteId: string): void {
    this.sent.delete(satelliteId);
  }

  private draft(rows: RosterRows): Draft[] {
    const byCheck = new Map<string, ReturnType<Rosters['prepare']>>();
    return rows.slices.flatMap((slice) => {
      const check = rows.checks.get(slice.checkId);
      if (check === undefined) return [];
      const prepared = byCheck.get(check.id) ?? this.prepare(check);
      byCheck.set(check.id, prepared);
      return [prepared(slice, valuesOf(slice, rows), rows.location)];
    });
  }

  /** What the slices of a check have in common, done once. */
  private prepare(check: CheckRow): (slice: SliceRow, values: TemplateValues, location: string) => Draft {
    const schedule = linkSchedule(check.schedule);
    const { kind, config, collectors, timeoutMs } = check;
    const probe = findProbe(kind);
    const fill = probe ? prepareTemplates(probe, { kind, config, collectors, timeoutMs }) : null;
    const untemplated = { kind, config, collectors, timeoutMs };
    const untemplatedDigest = digestOf([untemplated, schedule]);
    let untemplatedJob: Job | undefined;
    return (slice, values, location) => {
      const definition = fill ? fill(values) : untemplated;
      const labels = labelsOf(values, location);
      // Over what is stored: a sealed secret is another text as soon as it is another secret.
      const content = [fill ? digestOf([definition, schedule]) : untemplatedDigest, labels];
      // On is what a digest meant before there was a switch: a slice with another digest is run at once.
      const definitionDigest = digestOf(slice.confirm ? content : [...content, 'unconfirmed']);
      const job = (): Job => this.jobOf(check, definition);
      return {
        id: slice.id,
        definitionDigest,
        complete: () => ({
          id: slice.id,
          definitionDigest,
          job: fill ? job() : (untemplatedJob ??= job()),
          schedule,
          labels,
          changedAtMs: slice.changedAt.getTime(),
          confirm: slice.confirm,
        }),
      };
    };
  }

  /** A definition whose secrets do not open is sent as it is: its runs fail as `config`, the other slices go on. */
  private jobOf(check: CheckRow, definition: Parameters<Definitions['jobOf']>[0]['definition']): Job {
    try {
      return this.definitions.jobOf({ definition, binding: bindingOf(check.id) });
    } catch (error) {
      this.logger.error(`The secrets of the check ${check.name} cannot be read: ${(error as Error).message}`);
      return plainJobOf(definition);
    }
  }
}

function valuesOf(slice: SliceRow, { checks, systemNames, environments }: RosterRows): TemplateValues {
  return {
    check: checks.get(slice.checkId)?.name ?? null,
    system: systemNames.get(slice.systemId) ?? null,
    environment: slice.environmentId === null ? null : (environments.get(slice.environmentId) ?? null),
  };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
