import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { routes } from '@checkstack/api';
import { AnnouncementsHere } from '../announcements/announcements-here.js';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { OpenIncidents } from '../incidents/open-incidents.js';
import { LoadingView } from '../loading/loading.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Attention } from './attention.js';
import { FirstSteps } from './first-steps.js';
import { StateCounts } from './state-counts.js';

/** What needs attention, first; then what just changed. */
@Component({
  selector: 'cs-dashboard',
  imports: [
    AnnouncementsHere,
    Attention,
    FirstSteps,
    Icon,
    LoadingView,
    OpenIncidents,
    PageHeader,
    RouterLink,
    StateBadge,
    StateCounts,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './dashboard.html',
  styleUrl: './dashboard.scss',
})
export class Dashboard {
  readonly #api = inject(Api);

  protected readonly dashboard = loaded({
    load: (_, signal) => this.#api.call(routes.dashboard.read, { signal }),
    topics: () => ['states', 'satellites', 'catalog'],
    patch: (value, message) => {
      switch (message.type) {
        case 'state':
          return message.subject.kind === 'slice' ? value : 'reload';
        case 'satellite':
          // Heartbeats come all the time; only coming and going matters here.
          return (message.status === 'online') === value.offlineSatellites.some(({ id }) => id === message.id)
            ? 'reload'
            : value;
        case 'changed':
          return 'reload';
        default:
          return value;
      }
    },
    gatherMs: 400,
  });
  protected readonly systemCount = computed(() =>
    Object.values(this.dashboard.value()?.systems ?? {}).reduce((sum, count) => sum + count, 0),
  );
  protected readonly isNew = computed(() => this.systemCount() === 0 || this.dashboard.value()?.checks === 0);
  protected readonly linkOf = (kind: string, id: string): string | null => {
    if (kind === 'slice') return null;
    return kind === 'check' ? `/checks/${id}` : `/systems/${id}`;
  };
}
