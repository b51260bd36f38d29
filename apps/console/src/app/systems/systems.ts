import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { routes, type System } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { Session } from '../session/session.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { PausedBadge } from '../ui/paused-badge.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { StateBadge } from '../ui/state-badge.js';
import { StateFilter } from '../ui/state-filter.js';
import { Cell, readSort, SectionAside, writeSort, type Column, type Sort } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { openSystemDialog } from './open-system-dialog.js';
import { countStates, matches, sectionsOf, seenIn, stateRank, turned, type SystemRow } from './system-filter.js';

/** All systems, by group, the unhealthy first. What is shown is in the address. */
@Component({
  selector: 'cs-systems',
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
    SectionAside,
    StateBadge,
    StateFilter,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './systems.html',
  styleUrl: './systems.scss',
})
export class Systems {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  protected readonly query = injectQuery();

  // The address.
  readonly search = input<string>();
  readonly group = input<string>();
  readonly environment = input<string>();
  readonly tag = input<string>();
  readonly state = input<System['state']['state']>();
  readonly sort = input<string>();
  readonly folded = input<string>();
  /** Opens the dialog for a new one. */
  readonly new = input<string>();

  protected readonly systems = loaded({
    load: (_, signal) => this.#api.all(routes.systems.list, { query: {}, signal }),
    topics: () => ['states', 'catalog'],
    patch: (systems, message) => {
      if (message.type === 'changed') {
        return ['system', 'group', 'environment', 'assignment', 'check', 'maintenance'].includes(message.thing)
          ? 'reload'
          : systems;
      }
      if (message.type !== 'state' || message.subject.kind !== 'system') return systems;
      return systems.map((system) => (system.id === message.subject.id ? turned(system, message) : system));
    },
  });

  protected readonly mayManage = computed(() => this.#session.may('catalog.system.manage'));
  /** Everything but the state, which its own counts must not hide. */
  readonly #narrowed = computed(() => {
    const filter = { search: this.search(), group: this.group(), environment: this.environment(), tag: this.tag() };
    return (this.systems.value() ?? [])
      .filter((system) => matches(system, filter))
      .map((system) => seenIn(system, filter.environment));
  });
  protected readonly counts = computed(() => countStates(this.#narrowed()));
  protected readonly shown = computed(() =>
    this.#narrowed().filter((system) => matches(system, { state: this.state() })),
  );
  protected readonly sections = computed(() => sectionsOf(this.shown(), this.group()));
  protected readonly groups = computed(() => options(this.systems.value() ?? [], ({ groups }) => groups));
  protected readonly environments = computed(() =>
    options(this.systems.value() ?? [], ({ environments }) => environments),
  );
  protected readonly tags = computed(() =>
    options(this.systems.value() ?? [], ({ tags }) => tags.map((tag) => ({ id: tag, name: tag }))),
  );
  protected readonly isFiltered = computed(() =>
    Boolean(this.search() || this.group() || this.environment() || this.tag() || this.state()),
  );
  protected readonly sorting = computed<Sort>(() => readSort(this.sort()) ?? { by: 'state', descending: false });
  protected readonly foldedKeys = computed(() => this.folded()?.split(',') ?? []);
  protected readonly columns: readonly Column<SystemRow>[] = [
    { name: 'name', title: 'System', width: 'minmax(160px, 2.2fr)', sortBy: ({ system }) => system.name },
    {
      name: 'state',
      title: 'State',
      width: '120px',
      until: 'phone',
      sortBy: ({ system }) => `${stateRank(system.state.state)} ${system.name}`,
    },
    {
      name: 'since',
      title: 'For',
      width: '90px',
      until: 'phone',
      sortBy: ({ system }) => (system.state.since ? -Date.parse(system.state.since) : null),
    },
    { name: 'reason', title: 'Why', width: 'minmax(0, 3fr)' },
    { name: 'environments', title: 'Environments', width: 'minmax(90px, 1fr)', until: 'wide' },
    { name: 'tags', title: 'Tags', width: 'minmax(90px, 1fr)', until: 'wide' },
    { name: 'checks', title: 'Checks', width: '70px', align: 'end', sortBy: ({ system }) => system.checkCount },
  ];
  /** Gives the cells their type. */
  protected readonly typed: readonly SystemRow[] = [];
  protected readonly keyOf = (row: SystemRow): string => row.key;
  protected readonly writeSort = writeSort;

  constructor() {
    effect(() => {
      if (this.new() && this.mayManage()) untracked(() => void this.create());
    });
  }

  protected async create(): Promise<void> {
    const system = await openSystemDialog(this.#dialog);
    // The way back leads to the list, not to the dialog again.
    const replaceUrl = Boolean(this.new());
    if (system) await this.#router.navigate(['/systems', system.id], { replaceUrl });
    else if (this.new()) this.query({ new: null });
  }

  protected clear(): void {
    this.query({ search: null, group: null, environment: null, tag: null, state: null });
  }
}

function options(
  systems: readonly System[],
  of: (system: System) => readonly { id: string; name: string }[],
): { value: string; label: string }[] {
  const names = new Map(systems.flatMap((system) => of(system).map(({ id, name }) => [id, name])));
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .sort((left, right) => left.label.localeCompare(right.label));
}
