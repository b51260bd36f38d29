import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Check } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { Session } from '../session/session.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu, type FilterOption } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { PausedBadge } from '../ui/paused-badge.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { StateBadge, worstFirst } from '../ui/state-badge.js';
import { StateFilter } from '../ui/state-filter.js';
import { Cell, readSort, writeSort, type Column } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { scheduleWords } from './schedule-words.js';

/** All checks. What is shown is in the address. */
@Component({
  selector: 'cs-checks',
  imports: [
    Cell,
    DataTable,
    EmptyState,
    FilterMenu,
    Icon,
    InMaintenance,
    LoadingView,
    MatButton,
    PageHeader,
    PausedBadge,
    RouterLink,
    SearchBox,
    StateBadge,
    StateFilter,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './checks.html',
})
export class Checks {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  protected readonly query = injectQuery();

  // The address.
  readonly search = input<string>();
  readonly kind = input<string>();
  readonly tag = input<string>();
  readonly state = input<Check['state']['state']>();
  readonly sort = input<string>();

  protected readonly checks = loaded({
    load: (_, signal) => this.#api.all(routes.checks.list, { query: {}, signal }),
    topics: () => ['states', 'catalog'],
    patch: (checks, message) => {
      if (message.type === 'changed')
        return ['check', 'assignment', 'maintenance'].includes(message.thing) ? 'reload' : checks;
      if (message.type !== 'state' || message.subject.kind !== 'check') return checks;
      return checks.map((check) => (check.id === message.subject.id ? { ...check, state: message.state } : check));
    },
  });
  protected readonly probes = loaded({
    load: async (_, signal) => (await this.#api.call(routes.probes.list, { signal })).items,
  });

  protected readonly mayManage = computed(() => this.#session.may('checks.check.manage'));
  readonly #narrowed = computed(() => {
    const words = this.search()?.toLowerCase().split(/\s+/) ?? [];
    return (this.checks.value() ?? []).filter(
      ({ name, kind, tags }) =>
        words.every((word) => `${name} ${kind} ${tags.join(' ')}`.toLowerCase().includes(word)) &&
        kind === (this.kind() ?? kind) &&
        (!this.tag() || tags.includes(this.tag() ?? '')),
    );
  });
  protected readonly shown = computed(() =>
    this.#narrowed().filter(({ state }) => state.state === (this.state() ?? state.state)),
  );
  protected readonly counts = computed(() => {
    const counts = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
    for (const { state } of this.#narrowed()) counts[state.state]++;
    return counts;
  });
  protected readonly kinds = computed(() => this.#options(({ kind }) => [kind], this.title));
  protected readonly tags = computed(() => this.#options(({ tags }) => tags, String));
  protected readonly isFiltered = computed(() => Boolean(this.search() || this.kind() || this.tag() || this.state()));
  protected readonly sorting = computed(() => readSort(this.sort()) ?? { by: 'state', descending: false });
  protected readonly columns: readonly Column<Check>[] = [
    { name: 'name', title: 'Check', width: 'minmax(160px, 2fr)', sortBy: ({ name }) => name },
    {
      name: 'state',
      title: 'State',
      width: '120px',
      until: 'phone',
      sortBy: ({ state, name }) => `${worstFirst.indexOf(state.state)} ${name}`,
    },
    {
      name: 'since',
      title: 'For',
      width: '90px',
      until: 'phone',
      sortBy: ({ state }) => (state.since ? -Date.parse(state.since) : null),
    },
    { name: 'reason', title: 'Why', width: 'minmax(0, 2.4fr)' },
    { name: 'kind', title: 'Kind', width: '90px', sortBy: ({ kind }) => kind, until: 'phone' },
    { name: 'schedule', title: 'Schedule', width: 'minmax(110px, 1fr)', until: 'wide' },
    { name: 'tags', title: 'Tags', width: 'minmax(80px, 0.8fr)', until: 'wide' },
    {
      name: 'systems',
      title: 'Systems',
      width: '80px',
      align: 'end',
      sortBy: ({ assignmentCount }) => assignmentCount,
    },
  ];
  protected readonly keyOf = (check: Check): string => check.id;
  protected readonly title = (kind: string): string =>
    this.probes.value()?.find((probe) => probe.kind === kind)?.title ?? kind;
  protected readonly scheduleWords = scheduleWords;
  protected readonly writeSort = writeSort;

  protected clear(): void {
    this.query({ search: null, kind: null, tag: null, state: null });
  }

  #options(of: (check: Check) => readonly string[], label: (value: string) => string): FilterOption[] {
    const values = new Set((this.checks.value() ?? []).flatMap(of));
    return [...values].sort().map((value) => ({ value, label: label(value) }));
  }
}
