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
import { AssertionRates } from '../history/assertion-rates.js';
import { FactCharts } from '../history/fact-charts.js';
import { LatencyPanel } from '../history/latency-panel.js';
import { loadedHistory } from '../history/loaded-history.js';
import { StateLanes } from '../history/state-lanes.js';
import { Uptime } from '../history/uptime.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { Availability } from '../results/availability.js';
import { loadedSlices } from '../results/loaded-slices.js';
import { wantsMatrix } from '../results/matrix.js';
import { PlaceMatrix } from '../results/place-matrix.js';
import { RunsPanel } from '../results/runs-panel.js';
import { SliceCards } from '../results/slice-cards.js';
import { Timeline } from '../results/timeline.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Duration } from '../ui/duration.js';
import { EmptyState } from '../ui/empty-state.js';
import { Fact, Facts } from '../ui/facts.js';
import { FlappingBadge, flappingSince } from '../ui/flapping-badge.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { PausedBadge } from '../ui/paused-badge.js';
import { injectQuery } from '../ui/query.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { TimeRangePicker } from '../ui/time-range-picker.js';
import { Toasts } from '../ui/toasts.js';
import { scheduleWords } from './schedule-words.js';

const mostSlices = 12;

/** One check: what each place says, how long it took over time, and every run. */
@Component({
  selector: 'cs-check-detail',
  imports: [
    AssertionRates,
    AssignmentMenu,
    Availability,
    Duration,
    EmptyState,
    Fact,
    FactCharts,
    Facts,
    FlappingBadge,
    Icon,
    InMaintenance,
    LatencyPanel,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    Notice,
    PageHeader,
    PausedBadge,
    PlaceMatrix,
    RouterLink,
    RunsPanel,
    SliceCards,
    StateBadge,
    StateLanes,
    TimeAgo,
    Timeline,
    TimeRangePicker,
    Uptime,
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
  readonly uptime = input<string>();
  readonly maintenance = input<string>();
  readonly by = input<string>();
  readonly measure = input<string>();
  readonly compare = input<string>();
  readonly facts = input<string>();
  readonly verdict = input<State>();
  readonly location = input<string>();
  readonly environment = input<string>();

  protected readonly placesOf = placesOf;
  protected readonly flappingSince = flappingSince;
  protected readonly check = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.checks.read, { params: { id }, signal }),
    topics: (id) => [`check:${id}`, 'catalog'],
    patch: (check, message) => {
      if (message.type === 'changed')
        return message.id === check.id || message.thing === 'assignment' || message.thing === 'maintenance'
          ? 'reload'
          : check;
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
  protected readonly isMatrix = computed(() => wantsMatrix(this.slices.value() ?? []));
  /** Slice by slice: for their cards and lanes, while they are few. */
  protected readonly history = loadedHistory(() => {
    const slices = this.slices.value();
    if (!slices || slices.length === 0 || slices.length > mostSlices) return undefined;
    return { subject: this.subject(), range: this.range(), by: 'slice', points: 100 };
  });
  protected readonly assertionCount = computed(
    () => this.check.value()?.collectors.reduce((sum, { assertions }) => sum + assertions.length, 0) ?? 0,
  );
  protected readonly mayManage = computed(() => this.#session.may('checks.check.manage'));
  protected readonly isPausing = signal(false);
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
