import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { routes, type IntegrationDetail, type IntegrationSubscription } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { KindIcon } from '../senders/kind-icon.js';
import { TrafficLine } from '../senders/traffic-line.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { Toasts } from '../ui/toasts.js';
import { filterWords } from './subscription-words.js';

/** Where events of the whole organisation are forwarded to. */
@Component({
  selector: 'cs-integrations',
  imports: [EmptyState, Icon, KindIcon, LoadingView, MatButton, MatIconButton, MatSlideToggle, PageHeader, TrafficLine],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './integrations.html',
  styleUrls: ['../senders/sender-list.scss', './integrations.scss'],
})
export class Integrations {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  protected readonly kinds = loaded({
    load: async (_, signal) => (await this.#api.call(routes.integrations.kinds, { signal })).items,
  });
  protected readonly integrations = loaded({
    load: async (_, signal): Promise<IntegrationDetail[]> => {
      const all = await this.#api.all(routes.integrations.list, { query: {}, signal });
      return Promise.all(all.map(({ id }) => this.#api.call(routes.integrations.read, { params: { id }, signal })));
    },
    topics: () => ['catalog'],
    patch: (integrations, message) =>
      message.type === 'changed' && ['integration', 'delivery'].includes(message.thing) ? 'reload' : integrations,
  });
  protected readonly mayManage = computed(() => this.#session.may('notifications.integration.manage'));
  readonly #byKind = computed(() => new Map((this.kinds.value() ?? []).map((kind) => [kind.kind, kind])));
  protected readonly filterWords = filterWords;

  protected kindOf({ kind }: IntegrationDetail) {
    return this.#byKind().get(kind);
  }

  protected async edit(stored?: IntegrationDetail): Promise<void> {
    const kinds = this.kinds.value();
    if (!kinds) return;
    const { SenderDialog } = await import('../senders/sender-dialog.js');
    const opened = this.#dialog.open(SenderDialog, {
      data: { what: 'integration', kinds, ...(stored ? { stored } : {}) },
      width: '680px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.integrations.reload();
  }

  protected async subscribe(integration: IntegrationDetail, stored?: IntegrationSubscription): Promise<void> {
    const kind = this.kindOf(integration);
    if (!kind) return;
    const { SubscriptionDialog } = await import('./subscription-dialog.js');
    const opened = this.#dialog.open(SubscriptionDialog, {
      data: { integration, kind, ...(stored ? { stored } : {}) },
      width: '680px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.integrations.reload();
  }

  protected switch({ id, version }: IntegrationDetail, enabled: boolean): Promise<void> {
    return this.#change(() =>
      this.#api.call(routes.integrations.update, { params: { id }, body: { enabled }, version }),
    );
  }

  protected switchOne({ id, version }: IntegrationSubscription, enabled: boolean): Promise<void> {
    return this.#change(() =>
      this.#api.call(routes.integrations.changeSubscription, { params: { id }, body: { enabled }, version }),
    );
  }

  protected async remove({ id, name, version, subscriptionCount }: IntegrationDetail): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: `What its ${subscriptionCount === 1 ? 'subscription forwards' : `${subscriptionCount} subscriptions forward`} ends. What waits to be sent is cancelled.`,
      action: 'Delete integration',
      act: () => this.#api.call(routes.integrations.remove, { params: { id }, version }),
    });
    if (isDone) this.integrations.reload();
  }

  protected async unsubscribe({ id, name, version }: IntegrationSubscription): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'These events are forwarded no more. What waits to be sent is cancelled.',
      action: 'Delete subscription',
      act: () => this.#api.call(routes.integrations.unsubscribe, { params: { id }, version }),
    });
    if (isDone) this.integrations.reload();
  }

  async #change(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.integrations.reload();
  }
}
