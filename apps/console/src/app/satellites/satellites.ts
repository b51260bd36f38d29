import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Satellite } from '@checkstack/api';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { Cell, readSort, writeSort, type Column } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { loadedSatellites } from './loaded-satellites.js';
import { Locations } from './locations.js';
import { SatelliteStatus } from './satellite-status.js';
import { warningsOf } from './satellite-warnings.js';
import { clockWords, spoolWords, statusWords } from './satellite-words.js';

const worstFirst: readonly Satellite['status'][] = ['offline', 'new', 'disabled', 'online'];

/** All satellites and how they fare, and the locations they stand in. */
@Component({
  selector: 'cs-satellites',
  imports: [
    Cell,
    DataTable,
    EmptyState,
    FilterMenu,
    Icon,
    LoadingView,
    Locations,
    MatButton,
    PageHeader,
    RouterLink,
    SatelliteStatus,
    SearchBox,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './satellites.html',
  styles: `
    .cs-tag {
      margin-inline-start: 6px;
    }

    .warned {
      display: inline-flex;
      align-items: center;
      gap: 3px;
      margin-inline-start: 8px;
      color: var(--cs-degraded);
      font-size: 0.75rem;
    }

    .late {
      color: var(--cs-degraded);
      font-weight: 550;
    }

    .bad {
      color: var(--cs-unhealthy);
      font-weight: 550;
    }

    .locations {
      max-width: 640px;
      margin-top: 28px;
    }

    h2 {
      margin-bottom: 10px;
    }
  `,
})
export class Satellites {
  readonly #session = inject(Session);
  protected readonly query = injectQuery();

  // The address.
  readonly search = input<string>();
  readonly status = input<Satellite['status']>();
  readonly sort = input<string>();

  protected readonly satellites = loadedSatellites();
  protected readonly mayManage = computed(() => this.#session.may('satellites.satellite.manage'));
  protected readonly mayReadLocations = computed(() => this.#session.may('satellites.location.read'));
  protected readonly shown = computed(() => {
    const search = (this.search() ?? '').toLowerCase();
    const status = this.status();
    return (this.satellites.value() ?? []).filter(
      (satellite) =>
        (!status || satellite.status === status) &&
        [satellite.name, satellite.location.name, ...satellite.tags].some((text) =>
          text.toLowerCase().includes(search),
        ),
    );
  });
  protected readonly sorting = computed(() => readSort(this.sort()) ?? { by: 'status', descending: false });
  protected readonly statuses = worstFirst.map((value) => ({ value, label: statusWords[value] }));
  protected readonly columns: readonly Column<Satellite>[] = [
    { name: 'name', title: 'Satellite', width: 'minmax(150px, 2fr)', sortBy: ({ name }) => name },
    {
      name: 'status',
      title: 'Status',
      width: '140px',
      until: 'phone',
      sortBy: (satellite) =>
        `${worstFirst.indexOf(satellite.status)} ${warningsOf(satellite).length > 0 ? 0 : 1} ${satellite.name}`,
    },
    {
      name: 'location',
      title: 'Location',
      width: 'minmax(90px, 1.2fr)',
      until: 'phone',
      sortBy: ({ location }) => location.name,
    },
    { name: 'release', title: 'Release', width: 'minmax(110px, 1fr)', sortBy: ({ release }) => release },
    { name: 'slices', title: 'Slices', width: '64px', align: 'end', sortBy: ({ sliceCount }) => sliceCount },
    {
      name: 'runs',
      title: 'Runs/s',
      width: '64px',
      align: 'end',
      sortBy: ({ gauges }) => gauges?.runsPerSecond ?? null,
    },
    {
      name: 'spool',
      title: 'Spool',
      width: 'minmax(96px, 0.9fr)',
      align: 'end',
      sortBy: ({ gauges }) => gauges?.spoolRecords ?? null,
    },
    { name: 'lost', title: 'Lost', width: '56px', align: 'end', sortBy: ({ gauges }) => gauges?.lostRecords ?? null },
    {
      name: 'clock',
      title: 'Clock',
      width: 'minmax(90px, 0.8fr)',
      align: 'end',
      sortBy: ({ gauges }) => (gauges ? Math.abs(gauges.clockOffsetMs) : null),
    },
    {
      name: 'seen',
      title: 'Last contact',
      width: '100px',
      align: 'end',
      sortBy: ({ lastSeenAt }) => (lastSeenAt ? -Date.parse(lastSeenAt) : null),
    },
  ];
  protected readonly warningsOf = warningsOf;
  protected readonly keyOf = ({ id }: Satellite): string => id;
  protected readonly writeSort = writeSort;
  protected readonly spoolWords = spoolWords;
  protected readonly clockWords = clockWords;
}
