import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Run } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { DataTable } from '../ui/data-table.js';
import { Duration } from '../ui/duration.js';
import { EmptyState } from '../ui/empty-state.js';
import { StateBadge } from '../ui/state-badge.js';
import { Cell, type Column } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { fits, type RunFilter } from './run-filter.js';
import { extraRunWords, mergeRuns, runReason } from './run-words.js';
import { runsOf, topicOf, type Subject } from './subject.js';

const pageSize = 50;
/** So many are kept while they arrive; then the list begins anew. */
const kept = 1000;

/** The runs of a check or system, newest first, growing as they arrive. */
@Component({
  selector: 'cs-runs-list',
  imports: [Cell, DataTable, Duration, EmptyState, LoadingView, MatButton, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="page" />
    @if (page.value(); as value) {
      @if (value.items.length > 0) {
        <cs-table label="Runs" [rows]="value.items" [columns]="columns()" [keyOf]="keyOf">
          <a *csCell="let run of value.items; column: 'at'" class="cs-name" [routerLink]="['/runs', run.id]">
            <cs-time say="short" [at]="run.startedAt" />
          </a>
          <cs-state *csCell="let run of value.items; column: 'verdict'" [state]="run.verdict" />
          <ng-container *csCell="let run of value.items; column: 'location'">{{ run.place }}</ng-container>
          <ng-container *csCell="let run of value.items; column: 'of'">{{ other(run) }}</ng-container>
          <ng-container *csCell="let run of value.items; column: 'duration'">
            {{ run.verdict === 'unknown' ? '–' : (run.durationMs | duration) }}
          </ng-container>
          <span *csCell="let run of value.items; column: 'reason'" class="cs-soft" [title]="reason(run)">
            {{ reason(run) }}
          </span>
        </cs-table>
        @if (value.next) {
          <div class="more">
            <button matButton type="button" [disabled]="isReadingMore()" (click)="readMore()">Older runs</button>
          </div>
        }
      } @else if (isFiltered()) {
        <cs-empty-state icon="filter" title="No such runs" text="No run that is still kept fits these filters." />
      } @else {
        <cs-empty-state
          icon="clock"
          title="No runs yet"
          text="A check runs once as soon as it is attached to a system, then on its schedule. Its runs appear here by themselves."
        />
      }
    }
  `,
  styles: `
    .more {
      display: grid;
      justify-content: center;
      padding: 8px;
    }
  `,
})
export class RunsList {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);

  readonly subject = input.required<Subject>();
  /** Only runs that fit it. */
  readonly filter = input<RunFilter>({});

  protected readonly page = loaded({
    params: () => this.#query(),
    load: (query, signal) => this.#api.call(routes.results.runs, { query, signal }),
    topics: () => [topicOf(this.subject())],
    patch: (value, message) => {
      const arrived = runsOf(message, this.subject()).filter((run) => fits(run, this.filter()));
      if (arrived.length === 0) return value;
      return value.items.length > kept ? 'reload' : { ...value, items: mergeRuns(value.items, arrived) };
    },
  });
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly isReadingMore = signal(false);
  protected readonly columns = computed<readonly Column<Run>[]>(() => [
    { name: 'at', title: 'Time', width: '130px' },
    { name: 'verdict', title: 'Verdict', width: '110px', until: 'phone' },
    { name: 'of', title: this.subject().checkId ? 'System' : 'Check', width: 'minmax(80px, 1fr)' },
    { name: 'location', title: 'Location', width: 'minmax(80px, 0.8fr)', until: 'phone' },
    { name: 'duration', title: 'Duration', width: '90px', align: 'end', until: 'phone' },
    { name: 'reason', title: 'Why', width: 'minmax(0, 3fr)' },
  ]);
  protected readonly reason = (run: Run): string =>
    [extraRunWords(run), runReason(run)].filter((words) => words !== '').join(' · ');
  protected readonly keyOf = (run: Run): string => run.id;

  protected other(run: Run): string {
    const name = this.subject().checkId ? run.system.name : run.check.name;
    return run.environment ? `${name} · ${run.environment.name}` : name;
  }

  protected async readMore(): Promise<void> {
    const known = this.page.value();
    if (!known?.next) return;
    this.isReadingMore.set(true);
    try {
      const older = await this.#api.call(routes.results.runs, { query: { ...this.#query(), after: known.next } });
      const items = mergeRuns(this.page.value()?.items ?? [], older.items);
      this.page.set({ items, next: older.next });
    } catch (error) {
      this.#toasts.failed(error);
    } finally {
      this.isReadingMore.set(false);
    }
  }

  #query() {
    const { from, to, ...others } = this.filter();
    return {
      ...this.subject(),
      ...others,
      ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
      ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
      limit: pageSize,
    };
  }
}
