import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Check, ProbeDescriptor } from '@checkstack/api';
import { LoadingView } from '../loading/loading.js';
import { EmptyState } from '../ui/empty-state.js';
import { assertionRows } from './assertion-rows.js';
import { shareWords } from './latency-lines.js';
import { loadedHistory } from './loaded-history.js';

const points = 60;

/** How often each assertion held over the range, and when it did not. */
@Component({
  selector: 'cs-assertion-rates',
  imports: [EmptyState, LoadingView],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="history" />
    @if (rows(); as all) {
      @if (evaluated() === 0) {
        <cs-empty-state icon="checks" title="Nothing was judged" text="No run read anything in this time." />
      } @else {
        <ul>
          @for (row of all; track row.key) {
            <li>
              <div>
                <p>{{ row.sentence }}</p>
                @if (row.isFormer) {
                  <p class="cs-faint">as it read before it was edited</p>
                }
              </div>
              <svg
                preserveAspectRatio="none"
                role="img"
                [attr.aria-label]="row.failed === 0 ? 'It always held' : 'When it failed'"
                [attr.viewBox]="'0 0 ' + row.parts.length + ' 20'"
              >
                <rect class="nothing" y="18" height="2" x="0" [attr.width]="row.parts.length" />
                @for (part of row.parts; track $index) {
                  @if (part.failedShare > 0) {
                    <rect
                      class="failed"
                      width="0.8"
                      [attr.x]="$index + 0.1"
                      [attr.y]="20 - 20 * height(part.failedShare)"
                      [attr.height]="20 * height(part.failedShare)"
                    />
                  } @else if (part.evaluated > 0) {
                    <rect class="held" y="14" height="6" width="0.8" [attr.x]="$index + 0.1" />
                  }
                }
              </svg>
              <p class="figures">
                @if (!row.isFormer) {
                  <strong>{{ share(row.heldShare) }}</strong>
                }
                <span class="cs-faint">{{
                  row.failed === 0 ? 'never failed' : 'failed ' + row.failed.toLocaleString() + ' ×'
                }}</span>
              </p>
            </li>
          }
        </ul>
        <p class="cs-faint foot">Of {{ evaluated().toLocaleString() }} runs that read something in this time.</p>
      }
    }
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: minmax(0, 1.4fr) minmax(80px, 1fr) 104px;
      align-items: center;
      gap: 4px 16px;
      padding: 9px 14px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;
      overflow-wrap: anywhere;
    }

    svg {
      width: 100%;
      height: 20px;
    }

    .nothing {
      fill: var(--cs-line);
    }

    .held {
      fill: var(--cs-healthy);
      fill-opacity: 0.7;
    }

    .failed {
      fill: var(--cs-unhealthy);
    }

    .figures {
      display: grid;
      text-align: end;
      font-variant-numeric: tabular-nums;
    }

    .figures span,
    .foot {
      font-size: 0.75rem;
    }

    strong {
      font-weight: 600;
    }

    .foot {
      padding: 8px 14px;
    }

    @media (width < 720px) {
      li {
        grid-template-columns: minmax(0, 1fr) auto;
      }

      svg {
        grid-column: 1 / -1;
        grid-row: 2;
      }
    }
  `,
})
export class AssertionRates {
  readonly check = input.required<Check>();
  readonly probe = input.required<ProbeDescriptor>();
  /** As in the address. */
  readonly range = input<string>();

  protected readonly history = loadedHistory(() => ({
    subject: { checkId: this.check().id },
    range: this.range(),
    by: 'check',
    points,
    assertions: true,
  }));
  protected readonly rows = computed(() => {
    const history = this.history.value();
    return history && assertionRows(this.check(), this.probe(), history.series[0]?.buckets ?? []);
  });
  protected readonly evaluated = computed(() =>
    (this.history.value()?.series[0]?.buckets ?? []).reduce(
      (sum, { assertions }) => sum + (assertions?.evaluated ?? 0),
      0,
    ),
  );
  protected readonly share = shareWords;

  /** A single failure among many runs is still seen. */
  protected height(share: number): number {
    return Math.max(0.35, share);
  }
}
