import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { routes, type Slice } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { StateBadge, worstFirst } from '../ui/state-badge.js';
import { Cell, type Column, type Sort } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';

/** What a satellite has to run, and how that is. */
@Component({
  selector: 'cs-satellite-slices',
  imports: [Cell, DataTable, EmptyState, LoadingView, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="slices" />
    @if (slices.value(); as all) {
      @if (all.length > 0) {
        <cs-table class="cs-card" label="Slices" [columns]="columns" [rows]="all" [keyOf]="keyOf" [(sort)]="sort">
          <a *csCell="let slice of all; column: 'check'" class="cs-name" [routerLink]="['/checks', slice.check.id]">
            {{ slice.check.name }}
          </a>
          <ng-container *csCell="let slice of all; column: 'system'">
            <a [routerLink]="['/systems', slice.system.id]">{{ slice.system.name }}</a>
            @if (slice.environment; as environment) {
              <span class="cs-faint"> {{ environment.name }}</span>
            }
            @if (slice.tag !== null) {
              <span class="cs-faint"> by {{ slice.place }}</span>
            }
          </ng-container>
          <cs-state *csCell="let slice of all; column: 'state'" [state]="slice.state.state" />
          <ng-container *csCell="let slice of all; column: 'since'">
            @if (slice.state.since; as since) {
              <cs-time say="for" [at]="since" />
            }
          </ng-container>
          <span *csCell="let slice of all; column: 'reason'" class="cs-soft" [title]="slice.state.reason ?? ''">
            {{ slice.state.reason }}
          </span>
        </cs-table>
      } @else {
        <div class="cs-card">
          <cs-empty-state
            icon="checks"
            title="It has nothing to run"
            text="Checks come to it when an assignment names its location or one of its tags."
          />
        </div>
      }
    }
  `,
})
export class SatelliteSlices {
  readonly #api = inject(Api);

  readonly satelliteId = input.required<string>();

  protected readonly slices = loaded<readonly Slice[], string>({
    params: () => this.satelliteId(),
    load: (satelliteId, signal) => this.#api.all(routes.results.slices, { query: { satelliteId }, signal }),
    topics: () => ['states', 'catalog'],
    patch: (slices, message) => {
      if (message.type === 'changed') return ['assignment', 'satellite'].includes(message.thing) ? 'reload' : slices;
      if (message.type !== 'state' || message.subject.kind !== 'slice') return slices;
      return slices.map((slice) => (slice.id === message.subject.id ? { ...slice, state: message.state } : slice));
    },
  });
  protected sort: Sort | undefined = { by: 'state', descending: false };
  protected readonly keyOf = ({ id }: Slice): string => id;
  protected readonly columns: readonly Column<Slice>[] = [
    { name: 'check', title: 'Check', width: 'minmax(120px, 1.4fr)', sortBy: ({ check }) => check.name },
    {
      name: 'system',
      title: 'System',
      width: 'minmax(120px, 1.4fr)',
      until: 'phone',
      sortBy: ({ system }) => system.name,
    },
    {
      name: 'state',
      title: 'State',
      width: '110px',
      until: 'phone',
      sortBy: ({ state, system }) => `${worstFirst.indexOf(state.state)} ${system.name}`,
    },
    {
      name: 'since',
      title: 'For',
      width: '84px',
      sortBy: ({ state }) => (state.since ? -Date.parse(state.since) : null),
    },
    { name: 'reason', title: 'Why', width: 'minmax(0, 2fr)' },
  ];
}
