import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { HubClock } from '../../cluster/hub-clock.js';
import { Jobs } from '../../cluster/jobs.js';
import { grouped } from '../../health/outlook-rows.js';
import { Routing } from '../routing.js';
import type { Principal, Telling, Why } from '../telling.js';
import { Teller } from '../teller.js';
import { AlertBook } from './alert-book.js';
import { againTelling } from './alert-messages.js';
import { readAlerted } from './alert-rows.js';
import { AlertStore } from './alert-store.js';
import { Suppressions } from './suppressions.js';

const lookEverySeconds = 5;

interface DueReminder {
  alertId: string;
  systemId: string;
  family: 'state' | 'dependency';
  userId: string | null;
  teamId: string;
  why: Why[];
}

interface DueStep {
  alertId: string;
  systemId: string;
  policyId: string;
  name: string;
  step: number;
  begunAt: Date;
  steps: { afterMinutes: number; userIds: string[]; teamIds: string[] }[];
}

/** What time alone brings: the end of a quiet time, reminders, and the steps of escalation policies. */
@Injectable()
export class Due implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: HubClock,
    private readonly routing: Routing,
    private readonly suppressions: Suppressions,
    private readonly store: AlertStore,
    private readonly teller: Teller,
  ) {}

  onModuleInit(): void {
    this.jobs.every('alerts', { everySeconds: lookEverySeconds }, (manager) => this.look(manager));
  }

  async look(manager: EntityManager): Promise<void> {
    await this.routing.lock(manager);
    const now = new Date(this.clock.now());
    const reminders = await dueReminders(manager, now);
    const steps = await dueSteps(manager, now);
    const quiet = await this.store.quiet(manager);
    const ids = [...new Set([...quiet, ...[...reminders, ...steps].map(({ systemId }) => systemId)])];
    if (ids.length === 0) return;
    const systems = await readAlerted(manager, ids);
    const suppressed = await this.suppressions.of(manager, ids);
    const book = new AlertBook(systems, suppressed, now);
    for (const systemId of quiet) book.review(systemId);

    // What people keep quiet is not told again either; it is looked at again when that is over.
    const mayTell = ({ systemId }: { systemId: string }): boolean => !suppressed.has(systemId);
    const again = (about: DueReminder | DueStep, rest: Omit<Parameters<typeof againTelling>[2], 'at'>): void => {
      const system = systems.get(about.systemId);
      if (system?.alert?.id === about.alertId)
        book.tellings.push(againTelling(system, system.alert, { ...rest, at: now }));
    };
    for (const due of grouped(reminders.filter(mayTell), (each) => `${each.alertId} ${each.family}`).values()) {
      const [first] = due;
      if (first) again(first, { what: 'reminder', family: first.family, listed: due.flatMap(listedOf) });
    }
    const stepping = steps.filter(mayTell);
    for (const step of stepping)
      again(step, { what: 'escalated', family: 'state', listed: recipientsOf(step.steps[step.step], step.name) });
    await advance(manager, stepping);
    await this.store.write(manager, book);
    await this.teller.tell(manager, book.tellings, now);
    await this.store.escalate(manager, book, now);
  }
}

function dueReminders(manager: EntityManager, now: Date): Promise<DueReminder[]> {
  return manager.query<DueReminder[]>(
    `SELECT r.alert_id AS "alertId", a.system_id AS "systemId", r.family, r.user_id AS "userId", r.team_id AS "teamId", r.why
     FROM alert_recipients r JOIN alerts a ON a.id = r.alert_id
     WHERE r.remind_at <= $1 AND a.ended_at IS NULL AND a.acknowledged_at IS NULL LIMIT 5000`,
    [now],
  );
}

function dueSteps(manager: EntityManager, now: Date): Promise<DueStep[]> {
  return manager.query<DueStep[]>(
    `SELECT e.alert_id AS "alertId", a.system_id AS "systemId", e.policy_id AS "policyId", p.name, p.steps,
       e.next_step AS step, e.begun_at AS "begunAt"
     FROM escalations e JOIN alerts a ON a.id = e.alert_id JOIN escalation_policies p ON p.id = e.policy_id
     WHERE e.due_at <= $1 AND a.ended_at IS NULL AND a.acknowledged_at IS NULL ORDER BY e.due_at LIMIT 1000`,
    [now],
  );
}

async function advance(manager: EntityManager, steps: readonly DueStep[]): Promise<void> {
  if (steps.length === 0) return;
  const next = steps.map(({ begunAt, steps: all, step }) => {
    const following = all[step + 1];
    return following ? new Date(begunAt.getTime() + following.afterMinutes * 60_000) : null;
  });
  await manager.query(
    `UPDATE escalations AS e SET next_step = e.next_step + 1, due_at = s.due_at
     FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS s (alert_id, policy_id, due_at)
     WHERE e.alert_id = s.alert_id AND e.policy_id = s.policy_id`,
    [steps.map(({ alertId }) => alertId), steps.map(({ policyId }) => policyId), next],
  );
}

function listedOf({ userId, teamId, why }: DueReminder): Telling['listed'] {
  const principal: Principal = userId === null ? { kind: 'team', id: teamId } : { kind: 'user', id: userId };
  return why.map((each) => ({ ...principal, why: each }));
}

function recipientsOf(step: DueStep['steps'][number] | undefined, name: string): Telling['listed'] {
  const why: Why = { kind: 'escalation', name };
  return [
    ...(step?.userIds ?? []).map((id) => ({ kind: 'user', id, why }) as const),
    ...(step?.teamIds ?? []).map((id) => ({ kind: 'team', id, why }) as const),
  ];
}
