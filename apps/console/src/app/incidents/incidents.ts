import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import {
  incidentSeverities,
  incidentStatuses,
  routes,
  type IncidentSeverity,
  type IncidentStatus,
  type IncidentSummary,
} from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { ChoiceBar } from '../ui/choice-bar.js';
import { Clock } from '../ui/clock.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { TimeAgo } from '../ui/time-ago.js';
import { presetMs, presets } from '../ui/time-range.js';
import { Toasts } from '../ui/toasts.js';
import { IncidentStatusBadge, SeverityBadge } from './incident-badge.js';
import { IncidentDrafts } from './incident-drafts.js';
import { IncidentTotals } from './incident-totals.js';
import { lengthWords, severityWords, statusWords } from './incident-words.js';
import { readIncidents } from './read-pages.js';

const spanWords: Record<string, string> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '90d': 'Last 90 days',
  '1y': 'Last year',
};

/** All incidents, last opened first. What is shown is in the address. */
@Component({
  selector: 'cs-incidents',
  imports: [
    ChoiceBar,
    EmptyState,
    FilterMenu,
    Icon,
    IncidentStatusBadge,
    IncidentTotals,
    LoadingView,
    MatButton,
    MatMenuModule,
    PageHeader,
    RouterLink,
    SearchBox,
    SeverityBadge,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './incidents.html',
  styleUrl: './incidents.scss',
})
export class Incidents {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #drafts = inject(IncidentDrafts);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly search = input<string>();
  readonly show = input<string>();
  readonly status = input<string>();
  readonly severity = input<string>();
  readonly system = input<string>();
  readonly span = input<string>();
  /** Opens the dialog for a new one. */
  readonly new = input<string>();

  protected readonly mayManage = computed(() => this.#session.may('incidents.incident.manage'));
  protected readonly shows = computed(
    () => (this.show() === 'open' || this.show() === 'over' ? this.show() : 'all') as Show,
  );
  /** The beginning of the span that was chosen; it stays while one looks. */
  protected readonly from = computed(() => {
    const preset = presets.find((known) => known === this.span());
    return preset && new Date(Date.now() - presetMs[preset]).toISOString();
  });
  readonly #filter = computed(() => {
    const shows = this.shows();
    const filter = {
      search: this.search(),
      status: incidentStatuses.find((known) => known === this.status()),
      severity: incidentSeverities.find((known) => known === this.severity()),
      systemId: this.system(),
      open: shows === 'all' ? undefined : String(shows === 'open'),
      from: this.from(),
    };
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  });
  protected readonly isFiltered = computed(() => Object.keys(this.#filter()).length > 0);
  readonly #pages = linkedSignal({ source: this.#filter, computation: () => 1 });

  protected readonly incidents = loaded({
    params: () => ({ ...this.#filter(), pages: this.#pages() }),
    load: (asked, signal) => readIncidents(this.#api, asked, signal),
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'incident' ? 'reload' : value),
    gatherMs: 300,
  });
  /** The ids of those that are ticked, as far as they are still shown. */
  readonly #ticked = linkedSignal<readonly IncidentSummary[], ReadonlySet<string>>({
    source: () => this.incidents.value()?.items ?? [],
    computation: (items, before) => new Set(items.map(({ id }) => id).filter((id) => before?.value.has(id))),
  });
  protected readonly ticked = this.#ticked.asReadonly();
  protected readonly systems = computed(() => {
    const items = this.incidents.value()?.items ?? [];
    const names = new Map(items.flatMap(({ systems }) => systems.map(({ system }) => [system.id, system.name])));
    return [...names]
      .map(([value, label]) => ({ value, label }))
      .sort((one, other) => one.label.localeCompare(other.label));
  });

  protected readonly showChoices = [
    { value: 'all', label: 'All' },
    { value: 'open', label: 'Open' },
    { value: 'over', label: 'Resolved' },
  ] as const;
  protected readonly statuses = incidentStatuses.map((value) => ({ value, label: statusWords[value] }));
  protected readonly severities = incidentSeverities.map((value) => ({ value, label: severityWords[value] }));
  protected readonly spans = Object.entries(spanWords).map(([value, label]) => ({ value, label }));

  constructor() {
    effect(() => {
      if (this.new() && this.mayManage()) untracked(() => void this.create());
    });
  }

  protected async create(): Promise<void> {
    // The way back leads to the list, not to the dialog again.
    const replaceUrl = Boolean(this.new());
    if (!(await this.#drafts.begin(undefined, { replaceUrl })) && this.new()) this.query({ new: null });
  }

  protected length(incident: IncidentSummary): string {
    return lengthWords(incident, this.#clock.now());
  }

  protected tick(id: string): void {
    this.#ticked.update((ticked) => {
      const next = new Set(ticked);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  protected tickAll(isTicked: boolean): void {
    const ids = this.incidents.value()?.items.map(({ id }) => id) ?? [];
    this.#ticked.set(new Set(isTicked ? ids.slice(0, mostAtOnce) : []));
  }

  protected async change(
    change: { status?: IncidentStatus; severity?: IncidentSeverity; relate?: boolean },
    words: string,
  ): Promise<void> {
    const ids = [...this.#ticked()];
    try {
      await this.#api.call(routes.incidents.change, { body: { ids, ...change } });
      this.#toasts.done(`${ids.length === 1 ? '1 incident' : `${ids.length} incidents`} ${words}.`);
      this.#ticked.set(new Set());
      this.incidents.reload();
    } catch (error) {
      this.#toasts.failed(error);
    }
  }

  protected readOn(): void {
    this.#pages.update((pages) => pages + 1);
  }

  protected clear(): void {
    this.query({ search: null, show: null, status: null, severity: null, system: null, span: null });
  }
}

type Show = 'all' | 'open' | 'over';
/** The hub takes no more in one change. */
const mostAtOnce = 100;
