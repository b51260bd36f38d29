import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { Router, RouterLink } from '@angular/router';
import { routes, type Maintenance } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Clock } from '../ui/clock.js';
import { Confirm } from '../ui/confirm.js';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { StateBadge } from '../ui/state-badge.js';
import { agoWords, spanWords } from '../ui/time.js';
import { Toasts } from '../ui/toasts.js';
import { MaintenanceStatusBadge } from './maintenance-badges.js';
import { MaintenanceUpdates } from './maintenance-updates.js';
import { reminderWords, windowWords } from './maintenance-words.js';
import { openMaintenanceDialog } from './open-maintenance-dialog.js';

const extensions = [30, 60, 120, 240];

/** One maintenance: when, of what, what was said of it, and what can be done with it now. */
@Component({
  selector: 'cs-maintenance-detail',
  imports: [
    Fact,
    Facts,
    Icon,
    LoadingView,
    MaintenanceStatusBadge,
    MaintenanceUpdates,
    Markdown,
    MatButton,
    MatIconButton,
    MatMenuModule,
    Notice,
    PageHeader,
    RouterLink,
    StateBadge,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './maintenance-detail.html',
  styleUrl: './maintenance-detail.scss',
})
export class MaintenanceDetail {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  // The address.
  readonly id = input.required<string>();

  protected readonly maintenance = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.maintenances.read, { params: { id }, signal }),
    topics: () => ['catalog', 'states'],
    patch: (value, message) => {
      if (message.type === 'changed') return message.id === value.id ? 'reload' : value;
      if (message.type !== 'state') return value;
      const { subject, state } = message;
      const affected = value.affected.map((one) => (one.system.id === subject.id ? { ...one, state } : one));
      return { ...value, affected };
    },
  });
  protected readonly mayManage = computed(() => this.#session.may('maintenance.maintenance.manage'));
  protected readonly extensions = extensions;
  protected readonly windowWords = windowWords;
  protected readonly reminderWords = reminderWords;
  protected readonly spanWords = spanWords;
  /** “begins in 2 h”, “40 min left”, “took 1 h 5 min”. */
  protected readonly when = computed(() => {
    const value = this.maintenance.value();
    const now = this.#clock.now();
    switch (value?.status) {
      case 'scheduled':
        return `begins ${agoWords(value.from, now)}`;
      case 'in-progress':
        return `${spanWords(Date.parse(value.to) - now)} left`;
      case 'completed':
        return `took ${spanWords(Date.parse(value.endedAt ?? value.to) - Date.parse(value.startedAt ?? value.from))}`;
      default:
        return '';
    }
  });
  protected readonly endedEarly = computed(() => {
    const value = this.maintenance.value();
    return value?.status === 'completed' && value.endedAt !== null && value.endedAt < value.to;
  });

  protected async edit(): Promise<void> {
    const maintenance = this.maintenance.value();
    if (maintenance && (await openMaintenanceDialog(this.#dialog, { maintenance }))) this.maintenance.reload();
  }

  protected async end(): Promise<void> {
    const value = this.maintenance.value();
    if (!value) return;
    await this.#confirm.ask({
      title: 'End it now?',
      text: 'Its systems alert again from now on, and their time counts again.',
      action: 'End maintenance',
      act: async () => this.maintenance.set(await this.#act(routes.maintenances.end, value)),
    });
  }

  protected async cancel(): Promise<void> {
    const value = this.maintenance.value();
    if (!value) return;
    await this.#confirm.ask({
      title: `Cancel ${value.title}?`,
      text: value.series
        ? 'This one alone will not take place; the others of its series stay.'
        : 'It will not take place. It stays in the list as cancelled.',
      action: 'Cancel maintenance',
      act: async () => this.maintenance.set(await this.#act(routes.maintenances.cancel, value)),
    });
  }

  protected async extend(minutes: number): Promise<void> {
    const value = this.maintenance.value();
    if (!value) return;
    const { id, version } = value;
    const to = new Date(Date.parse(value.to) + minutes * 60_000).toISOString();
    try {
      this.maintenance.set(await this.#api.call(routes.maintenances.update, { params: { id }, body: { to }, version }));
      this.#toasts.done(`It ends ${spanWords(minutes * 60_000)} later.`);
    } catch (error) {
      this.#toasts.failed(error);
      this.maintenance.reload();
    }
  }

  protected async remove(): Promise<void> {
    const value = this.maintenance.value();
    if (!value) return;
    const { id, title, version } = value;
    const isDone = await this.#confirm.ask({
      title: `Delete ${title}?`,
      text: 'It never took place. It is deleted with all that was said of it.',
      action: 'Delete maintenance',
      act: () => this.#api.call(routes.maintenances.remove, { params: { id }, version }),
    });
    if (isDone) await this.#router.navigateByUrl('/maintenance');
  }

  #act(route: typeof routes.maintenances.end, { id, version }: Maintenance): Promise<Maintenance> {
    return this.#api.call(route, { params: { id }, version });
  }
}
