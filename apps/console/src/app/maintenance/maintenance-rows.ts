import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { MaintenanceSummary } from '@checkstack/api';
import { Clock } from '../ui/clock.js';
import { Icon } from '../ui/icon.js';
import { agoWords, spanWords } from '../ui/time.js';
import { MaintenanceStatusBadge } from './maintenance-badges.js';
import { actualWindow, hoursWords, targetWords } from './maintenance-words.js';

/** Maintenances one below the other, as an agenda shows them. */
@Component({
  selector: 'cs-maintenance-rows',
  imports: [Icon, MaintenanceStatusBadge, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul class="cs-card">
      @for (item of items(); track item.id) {
        <li [class.current]="item.status === 'in-progress'" [class.cancelled]="item.status === 'cancelled'">
          <span class="time">{{ hoursWords(actualWindow(item)) }}</span>
          <div class="what">
            <a class="cs-name cs-clip" [routerLink]="['/maintenance', item.id]">{{ item.title }}</a>
            <span class="cs-soft cs-clip">
              {{ targetWords(item) }}
            </span>
          </div>
          @if (item.series; as series) {
            <a
              class="series"
              [routerLink]="['/maintenance/series', series.id]"
              [attr.aria-label]="'Series of ' + item.title"
              [title]="series.changedAlone ? 'Recurs; this one was changed alone' : 'Recurs'"
              ><cs-icon name="repeat" />{{ series.changedAlone ? 'changed' : '' }}</a
            >
          }
          <span class="aside">
            @if (item.status === 'in-progress') {
              <span class="cs-faint">{{ leftWords(item) }}</span>
            } @else if (item.status === 'scheduled') {
              <span class="cs-faint">{{ agoWords(item.from, clock.now()) }}</span>
            }
            @if (item.status !== 'scheduled') {
              <cs-maintenance-status [status]="item.status" />
            }
          </span>
        </li>
      }
    </ul>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: 210px minmax(0, 1fr) auto auto;
      align-items: center;
      gap: 4px 16px;
      padding: 9px 14px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }
    }

    .current {
      box-shadow: inset 3px 0 var(--cs-degraded);
    }

    .cancelled .cs-name {
      text-decoration: line-through;
    }

    .time {
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }

    .what {
      display: grid;
      min-width: 0;
    }

    .series {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      min-width: 24px;
      min-height: 24px;
      color: var(--cs-text-soft);
      font-size: 0.75rem;
    }

    .aside {
      display: inline-flex;
      align-items: center;
      justify-content: flex-end;
      gap: 10px;
      grid-column: 4;
      white-space: nowrap;
    }

    @media (width < 720px) {
      li {
        grid-template-columns: minmax(0, 1fr) auto;
      }

      .what {
        grid-column: 1;
        grid-row: 1;
      }

      .time {
        grid-column: 1 / -1;
      }

      .series {
        grid-column: 2;
        grid-row: 1;
      }

      .aside {
        grid-column: 1 / -1;
        justify-content: space-between;
      }
    }
  `,
})
export class MaintenanceRows {
  protected readonly clock = inject(Clock);

  readonly items = input.required<readonly MaintenanceSummary[]>();

  protected readonly hoursWords = hoursWords;
  protected readonly actualWindow = actualWindow;
  protected readonly targetWords = targetWords;
  protected readonly agoWords = agoWords;

  protected leftWords({ to }: MaintenanceSummary): string {
    return `${spanWords(Date.parse(to) - this.clock.now())} left`;
  }
}
