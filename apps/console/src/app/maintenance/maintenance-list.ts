import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { routes, type LiveMessage, type MaintenanceSummary } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { ChoiceBar, type Choice } from '../ui/choice-bar.js';
import { Clock } from '../ui/clock.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { byDay, windowWords } from './maintenance-words.js';
import { MaintenanceRows } from './maintenance-rows.js';
import { openMaintenanceDialog } from './open-maintenance-dialog.js';
import { recurrenceWords } from './recurrence-draft.js';

type View = 'planned' | 'recurring' | 'past';

const views: readonly Choice<View>[] = [
  { value: 'planned', label: 'Now and next' },
  { value: 'recurring', label: 'Recurring' },
  { value: 'past', label: 'Past' },
];
const pageSize = 50;

/** What is worked on now, what is planned day by day, what recurs, and what was. */
@Component({
  selector: 'cs-maintenance-list',
  imports: [ChoiceBar, EmptyState, Icon, LoadingView, MaintenanceRows, MatButton, PageHeader, RouterLink, SearchBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './maintenance-list.html',
  styleUrl: './maintenance-list.scss',
})
export class MaintenanceList {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  protected readonly query = injectQuery();

  // The address.
  readonly view = input<string>();
  readonly search = input<string>();

  protected readonly views = views;
  protected readonly shown = computed<View>(() => views.find(({ value }) => value === this.view())?.value ?? 'planned');
  protected readonly pages = signal(1);
  protected readonly mayManage = computed(() => this.#session.may('maintenance.maintenance.manage'));
  protected readonly windowWords = windowWords;
  protected readonly recurrenceWords = recurrenceWords;

  protected readonly maintenances = loaded({
    params: () => {
      const view = this.shown();
      return view === 'recurring' ? undefined : { view, search: this.search() ?? '', pages: this.pages() };
    },
    load: async ({ view, search, pages }, signal) => {
      const words = search ? { search } : {};
      if (view === 'past')
        return { view, current: [], ...(await this.#read({ phase: 'past', ...words }, pages, signal)) };
      const [current, upcoming] = await Promise.all([
        this.#read({ phase: 'current', ...words }, 10, signal),
        this.#read({ phase: 'upcoming', ...words }, pages, signal),
      ]);
      return { view, current: current.items, ...upcoming };
    },
    topics: () => ['catalog'],
    patch: (value, message) => (isOfMaintenance(message) ? 'reload' : value),
  });
  protected readonly series = loaded({
    params: () => (this.shown() === 'recurring' ? true : undefined),
    load: (_, signal) => this.#api.all(routes.maintenanceSeries.list, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (value, message) => (isOfMaintenance(message) ? 'reload' : value),
  });
  protected readonly days = computed(() => byDay(this.maintenances.value()?.items ?? [], this.#clock.now()));

  protected show(view: View): void {
    this.pages.set(1);
    this.query({ view: view === 'planned' ? null : view });
  }

  protected more(): void {
    this.pages.update((pages) => pages + 1);
  }

  protected async plan(): Promise<void> {
    const saved = await openMaintenanceDialog(this.#dialog, {});
    if (!saved) return;
    await this.#router.navigate(['/maintenance', ...('rule' in saved ? ['series'] : []), saved.id]);
  }

  async #read(
    query: { phase: 'upcoming' | 'current' | 'past'; search?: string },
    pages: number,
    signal: AbortSignal,
  ): Promise<{ items: MaintenanceSummary[]; next: string | null }> {
    const items: MaintenanceSummary[] = [];
    let next: string | null = null;
    for (let page = 0; page < pages && (page === 0 || next !== null); page++) {
      const after: { after?: string } = next === null ? {} : { after: next };
      const answer = await this.#api.call(routes.maintenances.list, {
        query: { ...query, ...after, limit: pageSize },
        signal,
      });
      items.push(...answer.items);
      next = answer.next;
    }
    return { items, next };
  }
}

function isOfMaintenance(message: LiveMessage): boolean {
  return message.type === 'changed' && (message.thing === 'maintenance' || message.thing === 'maintenance-series');
}
