import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import { RouterLink } from '@angular/router';
import type { Slice } from '@checkstack/api';
import { Duration } from '../ui/duration.js';
import { StateBadge, stateWords } from '../ui/state-badge.js';
import { matrixOf } from './matrix.js';

/** What else the page shows is to stay near. */
const rowsAtFirst = 10;
const rowsAtATime = 50;

/** What each place says of each environment: places across, environments (and systems or checks) down, the worst first. */
@Component({
  selector: 'cs-place-matrix',
  imports: [Duration, MatButton, MatTooltip, RouterLink, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let all = matrix();
    <div class="scroll" tabindex="0" role="region" aria-label="Locations and environments">
      <table>
        <thead>
          <tr>
            <td></td>
            @for (place of all.places; track place) {
              <th scope="col" class="cs-clip" [title]="place">{{ place }}</th>
            }
          </tr>
        </thead>
        <tbody>
          @for (row of all.rows.slice(0, shownRows()); track row.name) {
            <tr>
              <th scope="row" class="cs-clip" [title]="row.name">{{ row.name }}</th>
              @for (slice of row.cells; track $index) {
                <td>
                  @if (slice) {
                    @if (slice.lastRun; as last) {
                      <a [routerLink]="['/runs', last.id]" [matTooltip]="told(slice)">
                        <cs-state look="icon" [state]="slice.state.state" />
                        <span class="cs-figure">{{
                          last.verdict === 'unknown' ? '–' : (last.durationMs | duration)
                        }}</span>
                      </a>
                    } @else {
                      <span class="cell" [matTooltip]="told(slice)">
                        <cs-state look="icon" [state]="slice.state.state" /><span class="cs-faint">no run yet</span>
                      </span>
                    }
                  } @else {
                    <span class="cs-faint" aria-label="Not run there">·</span>
                  }
                </td>
              }
            </tr>
          }
        </tbody>
      </table>
    </div>
    @if (all.rows.length > shownRows()) {
      <p class="cs-soft cs-small">
        The {{ shownRows() }} worst of {{ all.rows.length.toLocaleString() }} rows.
        <button matButton type="button" (click)="shownRows.set(shownRows() + step)">Show {{ step }} more</button>
      </p>
    }
  `,
  styles: `
    :host {
      display: block;
      padding: 4px 0;
    }

    .scroll {
      overflow-x: auto;
    }

    table {
      width: 100%;
      border-collapse: collapse;
      font-size: 0.8125rem;
    }

    th,
    td {
      height: 38px;
      padding: 0 12px;
      border-top: 1px solid var(--cs-line);
      text-align: start;
      white-space: nowrap;
    }

    thead th,
    thead td {
      height: 34px;
      border-top: 0;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
      font-weight: 550;
    }

    th {
      max-width: 240px;
      font-weight: 550;
    }

    // The name stays where the places are scrolled.
    [scope='row'] {
      position: sticky;
      left: 0;
      background: var(--cs-surface);
    }

    a,
    .cell {
      display: inline-flex;
      align-items: center;
      gap: 7px;
      min-height: 26px;
      color: inherit;
    }

    a cs-state.icon,
    .cell cs-state.icon {
      align-self: center;
    }

    p {
      padding: 8px 12px;
    }
  `,
})
export class PlaceMatrix {
  readonly slices = input.required<readonly Slice[]>();

  protected readonly step = rowsAtATime;
  protected readonly shownRows = signal(rowsAtFirst);
  protected readonly matrix = computed(() => matrixOf(this.slices()));

  protected told({ state }: Slice): string {
    return [stateWords[state.state], state.reason ?? ''].filter((words) => words !== '').join(': ');
  }
}
