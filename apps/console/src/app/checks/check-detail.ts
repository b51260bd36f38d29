import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { routes, type State } from '@checkstack/api';
import { Api } from '../api/api.js';
import { AssignmentMenu } from '../assignments/assignment-menu.js';
import { loadedAssignments } from '../assignments/loaded-assignments.js';
import { openAssignmentDialog } from '../assignments/open-assignment-dialog.js';
import { placesOf } from '../assignments/places-draft.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Availability } from '../results/availability.js';
import { HistoryChart } from '../results/history-chart.js';
import { loadedHistory } from '../results/loaded-history.js';
import { loadedSlices } from '../results/loaded-slices.js';
import { RunsList } from '../results/runs-list.js';
import { SliceCards } from '../results/slice-cards.js';
import { Timeline } from '../results/timeline.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Duration } from '../ui/duration.js';
import { EmptyState } from '../ui/empty-state.js';
import { Fact, Facts } from '../ui/facts.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { StateBadge, stateWords, worstFirst } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { readRange } from '../ui/time-range.js';
import { TimeRangePicker } from '../ui/time-range-picker.js';
import { Toasts } from '../ui/toasts.js';
import { scheduleWords } from './schedule-words.js';

/** One check: what each place says, how long it took over time, and every run. */
@Component({
  selector: 'cs-check-detail',
  imports: [
    AssignmentMenu,
    Availability,
    Duration,
    EmptyState,
    Fact,
    Facts,
    FilterMenu,
    HistoryChart,
    Icon,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    Notice,
    PageHeader,
    RouterLink,
    RunsList,
    SliceCards,
    StateBadge,
    TimeAgo,
    TimeRangePicker,
    Timeline,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './check-detail.html',
  styleUrl: './check-detail.scss',
})
export class CheckDetail {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly id = input.required<string>();
  readonly range = input<string>();
  readonly verdict = input<State>();

  protected readonly placesOf = placesOf;
  protected readonly check = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.checks.read, { params: { id }, signal }),
    topics: (id) => [`check:${id}`, 'catalog'],
    patch: (check, message) => {
      if (message.type === 'changed')
        return message.id === check.id || message.thing === 'assignment' ? 'reload' : check;
      return message.type === 'state' && message.subject.id === check.id ? { ...check, state: message.state } : check;
    },
  });
  protected readonly probe = loaded({
    params: () => this.check.value()?.kind,
    load: async (kind, signal) =>
      (await this.#api.call(routes.probes.list, { signal })).items.find((probe) => probe.kind === kind),
  });
  protected readonly subject = computed(() => ({ checkId: this.id() }));
  protected readonly assignments = loadedAssignments(this.subject);
  protected readonly slices = loadedSlices(this.subject);
  protected readonly history = loadedHistory(this.subject, this.range);
  protected readonly until = computed(() => {
    const range = readRange(this.range(), 0);
    return range.isLive ? undefined : range.to;
  });
  protected readonly assertionCount = computed(
    () => this.check.value()?.collectors.reduce((sum, { assertions }) => sum + assertions.length, 0) ?? 0,
  );
  protected readonly mayManage = computed(() => this.#session.may('checks.check.manage'));
  protected readonly isPausing = signal(false);
  protected readonly verdicts = worstFirst.map((value) => ({ value, label: stateWords[value] }));
  protected readonly scheduleWords = scheduleWords;

  protected async togglePause(): Promise<void> {
    const check = this.check.value();
    if (!check) return;
    const { id, version, paused } = check;
    this.isPausing.set(true);
    try {
      this.check.set(
        await this.#api.call(routes.checks.update, { params: { id }, body: { paused: !paused }, version }),
      );
      this.#toasts.done(paused ? 'The check runs again.' : 'The check is paused.');
    } catch (error) {
      this.#toasts.failed(error);
      this.check.reload();
    } finally {
      this.isPausing.set(false);
    }
  }

  protected async attach(): Promise<void> {
    const check = this.check.value();
    if (check && (await openAssignmentDialog(this.#dialog, { check }))) this.reloadAssignments();
  }

  protected reloadAssignments(): void {
    this.assignments.reload();
    this.slices.reload();
    this.history.reload();
    this.check.reload();
  }

  protected async remove(): Promise<void> {
    const check = this.check.value();
    if (!check) return;
    const { id, name, version } = check;
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'It is detached from all systems, and its runs and history are deleted. This cannot be undone.',
      action: 'Delete check',
      act: () => this.#api.call(routes.checks.remove, { params: { id }, version }),
    });
    if (isDone) await this.#router.navigateByUrl('/checks');
  }
}
