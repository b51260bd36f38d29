import { setMaxListeners } from 'node:events';
import type { AttemptOutcome } from '@checkstack/plugin-sdk/runtime';
import { integrationOf, type IntegrationDefinition } from '@checkstack/plugin-sdk';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { faultOf } from '../database/database-fault.js';
import {
  claim,
  drop,
  lanesWithWork,
  leaseMs,
  recoverLost,
  renew,
  settle,
  type Claim,
  type LaneLimits,
} from './claims.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { bindings, SenderConfigs } from './sender-configs.js';
import { channelDescriptors, findChannelKind, findIntegrationKind, integrationDescriptors } from './sender-kinds.js';
import { Senders } from './senders.service.js';

/** How many sends one replica has under way. */
const sendsAtOnce = 64;
const defaultConcurrency = 4;
/** A notice may be lost, and what waits for its time has none. */
const lookEveryMs = 1_000;
const recoverEveryMs = 2_000;
const renewEveryMs = leaseMs / 4;
/** Who took longer than this to begin lets it be: somebody else may have it. */
const staleAfterMs = leaseMs / 2;
/** What is under way when the hub stops gets this long. */
const stopPatienceMs = 10_000;

const idempotent = {
  channels: channelDescriptors.filter((kind) => kind.idempotent).map(({ kind }) => kind),
  integrations: integrationDescriptors.filter((kind) => kind.idempotent).map(({ kind }) => kind),
};

/** Sends what is due. Every replica has one; which of them sends a delivery is decided by the database. */
@Injectable()
export class Courier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('delivery');
  private readonly underWay = new Map<Claim, Promise<void>>();
  private readonly stopping = new AbortController();
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private renewing: NodeJS.Timeout | undefined;
  private recoveredAt = -Infinity;
  private isAsked = false;
  private isClosed = false;
  private work: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
    private readonly configs: SenderConfigs,
    private readonly senders: Senders,
    private readonly metrics: DeliveryMetrics,
  ) {}

  onApplicationBootstrap(): void {
    setMaxListeners(sendsAtOnce + 1, this.stopping.signal);
    this.subscription = merge(this.notices.on('deliveries'), this.notices.missed$).subscribe(() => this.wake());
    this.timer = setInterval(() => this.wake(), lookEveryMs).unref();
    this.renewing = setInterval(() => void this.renew(), renewEveryMs).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
    await this.work;
    const impatience = setTimeout(() => this.stopping.abort(), stopPatienceMs);
    await Promise.all(this.underWay.values());
    clearTimeout(impatience);
    clearInterval(this.renewing);
  }

  /** Who is awake already looks once more when done. */
  private wake(): void {
    this.isAsked = true;
    this.work ??= this.look().finally(() => {
      this.work = undefined;
      if (this.isAsked && !this.isClosed) this.wake();
    });
  }

  private async look(): Promise<void> {
    try {
      while (this.isAsked && !this.isClosed) {
        this.isAsked = false;
        await this.recover();
        if (this.room() > 0)
          for (const laneId of await lanesWithWork(this.dataSource.manager)) await this.serve(laneId);
      }
    } catch (error) {
      this.isAsked = false;
      if (faultOf(error) !== 'lock') this.logger.warn(`Deliveries could not be taken: ${(error as Error).message}`);
    }
  }

  private async renew(): Promise<void> {
    if (this.underWay.size === 0) return;
    try {
      await renew(this.dataSource.manager, [...this.underWay.keys()]);
    } catch (error) {
      this.logger.warn(`The leases of deliveries were not renewed: ${(error as Error).message}`);
    }
  }

  private async recover(): Promise<void> {
    if (performance.now() - this.recoveredAt < recoverEveryMs) return;
    this.recoveredAt = performance.now();
    const count = await recoverLost(this.dataSource.manager, idempotent);
    if (count > 0) this.logger.warn(`${count} deliveries were under way in a hub that died; they are tried again.`);
  }

  private async serve(laneId: string): Promise<void> {
    const room = this.room();
    if (room <= 0 || this.isClosed) return;
    const startedAt = performance.now();
    const claims = await this.dataSource.transaction((manager) => claim(manager, laneId, room, limitsOf));
    for (const claimed of claims ?? []) {
      const send = this.deliver(claimed, startedAt).finally(() => {
        this.underWay.delete(claimed);
        if (!this.isClosed) this.wake();
      });
      this.underWay.set(claimed, send);
    }
  }

  private room(): number {
    return sendsAtOnce - this.underWay.size;
  }

  /** Never throws: what is not written down is found by its lease. */
  private async deliver(claimed: Claim, claimedAt: number): Promise<void> {
    try {
      if (performance.now() - claimedAt > staleAfterMs) return;
      const kind = kindOf(claimed);
      if (!kind || !claimed.place) return await drop(this.dataSource.manager, claimed);
      const outcome = await this.attempt(kind, claimed);
      this.metrics.attempted(kind.kind, outcome);
      await settle(this.dataSource.manager, claimed, outcome);
    } catch (error) {
      this.logger.error(`What came of delivery ${claimed.id} was not written down: ${(error as Error).message}`);
    }
  }

  private async attempt(
    kind: IntegrationDefinition,
    { id, message, event, sender, place, previous, laneId }: Claim,
  ): Promise<AttemptOutcome> {
    const opened = this.opened(sender!, place!, laneId);
    if (typeof opened === 'string')
      return { failure: { kind: 'permanent', code: 'sealed', message: opened }, durationMs: 0, log: [] };
    const sending = { ...opened, template: place!.template, message: { ...message, id }, event, previous };
    return this.senders.send(kind, sending, this.stopping.signal);
  }

  private opened(
    { config, isChannel }: NonNullable<Claim['sender']>,
    { id, values }: NonNullable<Claim['place']>,
    laneId: string,
  ): { config: object; place: object } | string {
    const [own, inner] = isChannel
      ? [bindings.channel(laneId), bindings.destination(id)]
      : [bindings.integration(laneId), bindings.subscription(id)];
    try {
      return {
        config: this.configs.open({ config, binding: own }),
        place: this.configs.open({ config: values, binding: inner }),
      };
    } catch (error) {
      return `Its secrets cannot be read: ${(error as Error).message}`;
    }
  }
}

function kindOf({ sender }: Claim): IntegrationDefinition | undefined {
  if (!sender) return undefined;
  if (!sender.isChannel) return findIntegrationKind(sender.kind);
  const channel = findChannelKind(sender.kind);
  return channel && integrationOf(channel);
}

function limitsOf(kind: string, isChannel: boolean): LaneLimits {
  const { concurrency = defaultConcurrency, perMinute = Infinity } =
    (isChannel ? findChannelKind(kind) : findIntegrationKind(kind)) ?? {};
  return { concurrency, perMinute };
}
