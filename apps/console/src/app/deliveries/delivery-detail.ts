import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { routes, type DeliveryAttempt } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { PageHeader } from '../ui/page-header.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { DeliveryBadge } from './delivery-badge.js';
import { outcomeWords } from './delivery-words.js';

/** One delivery: what it says, and every attempt to bring it there. */
@Component({
  selector: 'cs-delivery-detail',
  imports: [DeliveryBadge, LoadingView, MatButton, PageHeader, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './delivery-detail.html',
  styleUrl: './delivery-detail.scss',
})
export class DeliveryDetailView {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  readonly id = input.required<string>();
  protected readonly delivery = loaded({
    params: () => ({ id: this.id() }),
    load: (params, signal) => this.#api.call(routes.deliveries.read, { params, signal }),
    topics: () => ['catalog'],
    patch: (delivery, message) =>
      message.type === 'changed' && message.thing === 'delivery' && message.id === delivery.id ? 'reload' : delivery,
  });
  protected readonly attempts = computed(() => [...(this.delivery.value()?.log ?? [])].reverse());
  protected readonly mayManage = computed(() => this.#session.may('notifications.delivery.manage'));
  protected readonly isActing = signal(false);
  protected readonly parent = { name: 'Deliveries', link: '/settings/deliveries' };

  constructor() {
    // How it goes on is told by no message: there may be thousands a minute.
    effect((onCleanup) => {
      const state = this.delivery.value()?.state;
      if (state !== 'sending' && state !== 'waiting') return;
      const look = setTimeout(() => this.delivery.reload(), state === 'sending' ? 1_000 : 5_000);
      onCleanup(() => clearTimeout(look));
    });
  }

  protected outcomeWords({ outcome }: DeliveryAttempt): string {
    return outcome === null ? 'Under way' : outcomeWords[outcome];
  }

  protected async act(what: 'retry' | 'cancel'): Promise<void> {
    this.isActing.set(true);
    try {
      await this.#api.call(routes.deliveries[what], { params: { id: this.id() } });
      this.#toasts.done(what === 'retry' ? 'It is sent again.' : 'It is cancelled.');
    } catch (error) {
      this.#toasts.failed(error);
    } finally {
      this.isActing.set(false);
      this.delivery.reload();
    }
  }
}
