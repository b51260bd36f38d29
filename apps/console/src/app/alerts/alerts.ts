import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Alert } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { ChoiceBar, type Choice } from '../ui/choice-bar.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { acknowledge } from './acknowledge.js';

type Shown = 'open' | 'all' | 'quiet';
const newest = 100;

/** What is not well and who looks after it; and what nobody was told of, with the reason. */
@Component({
  selector: 'cs-alerts',
  imports: [ChoiceBar, EmptyState, Icon, LoadingView, MatButton, PageHeader, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './alerts.html',
  styles: `
    :host {
      display: block;
      max-width: 960px;
    }

    ul {
      margin-top: 14px;
    }

    li {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      padding: 10px 16px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }

      > div {
        flex: 1 1 260px;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    }
  `,
})
export class Alerts {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly show = input<Shown>();

  protected readonly shown = computed(() => this.show() ?? 'open');
  protected readonly choices: readonly Choice<Shown>[] = [
    { value: 'open', label: 'Open' },
    { value: 'all', label: 'All' },
    { value: 'quiet', label: 'Kept quiet' },
  ];
  protected readonly alerts = loaded({
    params: () => (this.shown() === 'quiet' ? undefined : { isOpen: this.shown() === 'open' }),
    load: async ({ isOpen }, signal) => {
      const query = { limit: newest, ...(isOpen && { open: 'true' }) };
      return (await this.#api.call(routes.alerts.list, { query, signal })).items;
    },
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'alert' ? 'reload' : value),
  });
  protected readonly kept = loaded({
    params: () => (this.shown() === 'quiet' ? true : undefined),
    load: async (_, signal) =>
      (await this.#api.call(routes.alerts.keptQuiet, { query: { limit: newest }, signal })).items,
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'alert' ? 'reload' : value),
  });
  protected readonly mayAcknowledge = computed(() => this.#session.may('notifications.alert.manage'));

  protected async take({ id }: Alert): Promise<void> {
    const taken = await acknowledge(this.#api, this.#toasts, id);
    if (taken) this.alerts.set((this.alerts.value() ?? []).map((alert) => (alert.id === id ? taken : alert)));
  }
}
