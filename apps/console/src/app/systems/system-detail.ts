import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { Router } from '@angular/router';
import { routes, type State } from '@checkstack/api';
import { Api } from '../api/api.js';
import { SystemAlert } from '../alerts/system-alert.js';
import { loadedAssignments } from '../assignments/loaded-assignments.js';
import { openAssignmentDialog } from '../assignments/open-assignment-dialog.js';
import { SystemDependencies } from '../dependencies/system-dependencies.js';
import { loadedHistory } from '../history/loaded-history.js';
import { Uptime } from '../history/uptime.js';
import { IncidentDrafts } from '../incidents/incident-drafts.js';
import { OpenIncidents } from '../incidents/open-incidents.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { SystemReach } from '../notifications/system-reach.js';
import { Availability } from '../results/availability.js';
import { loadedSlices } from '../results/loaded-slices.js';
import { RunsPanel } from '../results/runs-panel.js';
import { Timeline } from '../results/timeline.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { PausedBadge } from '../ui/paused-badge.js';
import { injectQuery } from '../ui/query.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { TimeRangePicker } from '../ui/time-range-picker.js';
import { AttachedCheck } from './attached-check.js';
import { openSystemDialog } from './open-system-dialog.js';
import { turned } from './system-filter.js';
import { SystemAbout } from './system-about.js';
import { SystemEnvironments } from './system-environments.js';

/** What may change how a system is shown, besides itself. */
const concernsSystems: ReadonlySet<string> = new Set(['assignment', 'check', 'maintenance']);

/** One system: its state and why, and what each check says from each place. */
@Component({
  selector: 'cs-system-detail',
  imports: [
    AttachedCheck,
    Availability,
    EmptyState,
    Icon,
    InMaintenance,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    OpenIncidents,
    PageHeader,
    PausedBadge,
    RunsPanel,
    StateBadge,
    SystemAbout,
    SystemAlert,
    SystemDependencies,
    SystemEnvironments,
    SystemReach,
    TimeAgo,
    Timeline,
    TimeRangePicker,
    Uptime,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './system-detail.html',
})
export class SystemDetail {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  protected readonly drafts = inject(IncidentDrafts);
  protected readonly query = injectQuery();

  // The address.
  readonly id = input.required<string>();
  readonly range = input<string>();
  readonly uptime = input<string>();
  readonly maintenance = input<string>();
  readonly verdict = input<State>();
  readonly location = input<string>();
  readonly environment = input<string>();

  protected readonly system = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.systems.read, { params: { id }, signal }),
    topics: (id) => [`system:${id}`, 'catalog'],
    patch: (system, message) => {
      if (message.type === 'changed')
        return message.id === system.id || concernsSystems.has(message.thing) ? 'reload' : system;
      return message.type === 'state' && message.subject.id === system.id ? turned(system, message) : system;
    },
  });
  protected readonly subject = computed(() => ({ systemId: this.id() }));
  protected readonly assignments = loadedAssignments(this.subject);
  protected readonly slices = loadedSlices(this.subject);
  protected readonly history = loadedHistory(() => ({ subject: this.subject(), range: this.range() }));
  /** A check with all that is known of it here. */
  protected readonly checks = computed(() => {
    const slices = this.slices.value() ?? [];
    const history = this.history.value();
    return (this.assignments.value() ?? []).map((assignment) => {
      const ids = new Set(slices.filter((slice) => slice.assignmentId === assignment.id).map(({ id }) => id));
      return {
        assignment,
        slices: slices.filter(({ id }) => ids.has(id)),
        history: history && {
          ...history,
          series: history.series.filter(({ slice }) => slice !== null && ids.has(slice.id)),
          gaps: history.gaps.filter(({ sliceId }) => ids.has(sliceId)),
        },
      };
    });
  });
  protected readonly mayManage = computed(() => this.#session.may('catalog.system.manage'));
  protected readonly mayOpenIncident = computed(() => {
    const state = this.system.value()?.state.state;
    return (state === 'unhealthy' || state === 'degraded') && this.#session.may('incidents.incident.manage');
  });
  protected readonly mayAttach = computed(() => this.#session.may('checks.check.manage'));

  protected async edit(): Promise<void> {
    const system = await openSystemDialog(this.#dialog, this.system.value());
    if (system) this.system.set(system);
  }

  protected async attach(): Promise<void> {
    const system = this.system.value();
    if (system && (await openAssignmentDialog(this.#dialog, { system }))) this.reloadChecks();
  }

  protected reloadChecks(): void {
    this.assignments.reload();
    this.slices.reload();
    this.history.reload();
    this.system.reload();
  }

  protected async remove(): Promise<void> {
    const system = this.system.value();
    if (!system) return;
    const { id, name, version } = system;
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'Its checks are detached, and its dependencies, runs and history are deleted. This cannot be undone.',
      action: 'Delete system',
      act: () => this.#api.call(routes.systems.remove, { params: { id }, version }),
    });
    if (isDone) await this.#router.navigateByUrl('/systems');
  }
}
