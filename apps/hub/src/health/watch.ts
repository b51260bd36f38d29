import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { merge, type Subscription } from 'rxjs';
import type { EntityManager } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { demanded, endRetired, findMismatches, readSurroundings } from './mismatches.js';
import { Outbox } from '../outbox/outbox.service.js';
import { judgePresence, turnPresence } from './presence.js';
import { StateNotices } from './state-notices.js';
import { writeTransitions } from './transitions.js';

const lookEverySeconds = 2;
/** Without a reason to look at every state, all are compared this often. */
const compareAllEveryMs = 10_000;

/** Watches what no result tells: satellites that went or came, slices that nobody runs, edits that change what counts. */
@Injectable()
export class Watch implements OnModuleInit, OnApplicationShutdown {
  private comparedAtMs = -Infinity;
  private subscription: Subscription | undefined;

  constructor(
    private readonly jobs: Jobs,
    private readonly notices: Notices,
    private readonly stateNotices: StateNotices,
    private readonly clock: HubClock,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    const { notices } = this;
    this.subscription = merge(notices.on('changed'), notices.on('slices'), notices.on('satellite')).subscribe(() => {
      this.comparedAtMs = -Infinity;
    });
    this.jobs.every('watch', { everySeconds: lookEverySeconds }, (manager) => this.look(manager));
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  private async look(manager: EntityManager): Promise<void> {
    // Whoever edits comes first: what cannot be had soon is tried again by the next look.
    await manager.query("SET LOCAL lock_timeout = '500ms'");
    const turned = await judgePresence(manager);
    for (const id of turned) await this.notices.publish('satellite', { id }, manager);
    await this.tellPresence(manager);
    await this.tellLostReplicas(manager);
    if (turned.length === 0 && performance.now() - this.comparedAtMs < compareAllEveryMs) return;
    this.comparedAtMs = performance.now();
    try {
      await this.compareAll(manager);
    } catch (error) {
      this.comparedAtMs = -Infinity;
      throw error;
    }
  }

  private async tellPresence(manager: EntityManager): Promise<void> {
    const events = (await turnPresence(manager)).map(({ id, name, location, isOnline }) => ({
      type: 'satellite',
      subject: { kind: 'satellite', id },
      payload: { what: isOnline ? 'online' : 'offline', name, location },
    }));
    await this.outbox.write(manager, events);
  }

  /** One that stops takes its row along. */
  private async tellLostReplicas(manager: EntityManager): Promise<void> {
    const [lost] = await manager.query<[{ id: string; hostname: string }[], number]>(
      `DELETE FROM replicas WHERE lease_until < now() - interval '1 minute' RETURNING id, hostname`,
    );
    const events = lost.map(({ id, hostname }) => ({
      type: 'platform',
      subject: { kind: 'replica', id },
      payload: {
        what: 'replica-lost',
        title: `The hub on ${hostname} is gone`,
        text: 'It has not been heard of for a minute and did not say that it stops. The other hubs do its work.',
        importance: 'warning',
      },
    }));
    await this.outbox.write(manager, events);
  }

  private async compareAll(manager: EntityManager): Promise<void> {
    const nowMs = this.clock.now();
    await endRetired(manager);
    const touched = await findMismatches(manager, nowMs);
    const written = await writeTransitions(manager, touched, nowMs, async () =>
      // Asked again under the locks: a result may have come in between.
      demanded(await readSurroundings(manager, touched.assignmentIds), nowMs),
    );
    await this.stateNotices.publish(written, manager);
  }
}
