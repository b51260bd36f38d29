import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { deliveryState, deliveryStates, routes, type Delivery } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { Cell, type Column } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { DeliveryBadge } from './delivery-badge.js';
import { stateWords } from './delivery-words.js';

const pageSize = 100;

/** What left, what waits, and what could not be delivered. */
@Component({
  selector: 'cs-deliveries',
  imports: [
    Cell,
    DataTable,
    DeliveryBadge,
    EmptyState,
    FilterMenu,
    Icon,
    LoadingView,
    MatButton,
    PageHeader,
    RouterLink,
    SearchBox,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './deliveries.html',
  styleUrl: './deliveries.scss',
})
export class Deliveries {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly state = input<string>();
  readonly channelId = input<string>();
  readonly integrationId = input<string>();
  readonly search = input<string>();

  readonly #filter = computed(() => {
    const state = deliveryState.safeParse(this.state()).data;
    const filter = { state, channelId: this.channelId(), integrationId: this.integrationId(), search: this.search() };
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  });
  protected readonly first = loaded({
    params: () => this.#filter(),
    load: (filter, signal) => this.#api.call(routes.deliveries.list, { query: { ...filter, limit: pageSize }, signal }),
    topics: () => ['catalog'],
    patch: (page, message) => (message.type === 'changed' && message.thing === 'delivery' ? 'reload' : page),
  });
  /** The pages after the first, as far as they were asked for. */
  readonly #more = linkedSignal<unknown, { items: readonly Delivery[]; next: string | null } | undefined>({
    source: () => this.first.value(),
    computation: () => undefined,
  });
  protected readonly deliveries = computed(() => [
    ...(this.first.value()?.items ?? []),
    ...(this.#more()?.items ?? []),
  ]);
  protected readonly next = computed(() => (this.#more() ?? this.first.value())?.next ?? null);
  protected readonly isReadingOn = signal(false);
  protected readonly isFiltered = computed(() => Object.keys(this.#filter()).length > 0);
  protected readonly mayManage = computed(() => this.#session.may('notifications.delivery.manage'));

  readonly #channels = loaded({
    load: async (_, signal) =>
      this.#session.may('notifications.channel.read') ? this.#api.all(routes.channels.list, { query: {}, signal }) : [],
  });
  readonly #integrations = loaded({
    load: async (_, signal) =>
      this.#session.may('notifications.integration.read')
        ? this.#api.all(routes.integrations.list, { query: {}, signal })
        : [],
  });
  protected readonly channelOptions = computed(() => optionsOf(this.#channels.value()));
  protected readonly integrationOptions = computed(() => optionsOf(this.#integrations.value()));
  protected readonly stateOptions = deliveryStates.map((value) => ({ value, label: stateWords[value] }));

  protected readonly columns: readonly Column<Delivery>[] = [
    { name: 'title', title: 'Message', width: 'minmax(200px, 2.4fr)' },
    { name: 'state', title: 'State', width: '124px', until: 'phone' },
    { name: 'by', title: 'By', width: 'minmax(110px, 1fr)', until: 'narrow' },
    { name: 'to', title: 'To', width: 'minmax(110px, 1fr)', until: 'wide' },
    { name: 'attempts', title: 'Tries', width: '60px', align: 'end', until: 'wide' },
    { name: 'at', title: 'Written', width: '110px', until: 'narrow' },
  ];
  protected readonly keyOf = ({ id }: Delivery): string => id;

  protected clear(): void {
    this.query({ state: null, channelId: null, integrationId: null, search: null });
  }

  protected async retryDead(): Promise<void> {
    const { channelId, integrationId } = this.#filter() as { channelId?: string; integrationId?: string };
    const isDone = await this.#confirm.ask({
      title: 'Send everything again that was not delivered?',
      text: 'What could not be delivered within the last 30 days leaves now, as far as the filters of channel and integration go.',
      action: 'Send again',
      act: () =>
        this.#api.call(routes.deliveries.retryDead, {
          body: { ...(channelId ? { channelId } : {}), ...(integrationId ? { integrationId } : {}) },
        }),
    });
    if (isDone) this.first.reload();
  }

  protected async readOn(): Promise<void> {
    const after = this.next();
    if (!after) return;
    this.isReadingOn.set(true);
    try {
      const query = { ...this.#filter(), limit: pageSize, after } as object;
      const page = await this.#api.call(routes.deliveries.list, { query });
      this.#more.update((known) => ({ items: [...(known?.items ?? []), ...page.items], next: page.next }));
    } catch (error) {
      this.#toasts.failed(error);
    } finally {
      this.isReadingOn.set(false);
    }
  }
}

function optionsOf(all: readonly { id: string; name: string }[] | undefined): { value: string; label: string }[] {
  return (all ?? []).map(({ id, name }) => ({ value: id, label: name }));
}
