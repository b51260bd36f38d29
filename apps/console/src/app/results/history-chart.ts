import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import type { History } from '@checkstack/api';
import { TimeChart } from '../ui/time-chart.js';
import { writeRange } from '../ui/time-range.js';
import { VerdictStrip } from '../ui/verdict-strip.js';
import { latencySeries } from './latency-series.js';

/** Latency of slices over time, its median with a band up to where 95 % of the runs were, and below it a strip of verdicts for each. */
@Component({
  selector: 'cs-history-chart',
  imports: [TimeChart, VerdictStrip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let drawn = latency();
    <cs-time-chart
      label="Latency, median"
      upperLabel="95 % up to"
      [times]="drawn.times"
      [series]="drawn.series"
      [gaps]="drawn.gaps"
      [height]="height()"
      (zoomed)="rangeChosen.emit(rangeOf($event))"
    />
    <ul>
      @for (strip of drawn.strips; track strip.id) {
        <li>
          <span class="cs-clip" [title]="strip.name">{{ strip.name }}</span>
          <cs-verdict-strip [label]="strip.name" [buckets]="strip.buckets" />
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      gap: 6px;
      margin-top: 8px;
    }

    // As far in as the chart's axis.
    li {
      padding: 0 8px 0 58px;
    }

    span {
      display: block;
      margin-bottom: 2px;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
    }
  `,
})
export class HistoryChart {
  readonly history = input.required<Pick<History, 'from' | 'to' | 'series' | 'gaps'>>();
  readonly height = input(200);
  /** As it goes into the address. */
  readonly rangeChosen = output<string>();

  protected readonly latency = computed(() => latencySeries(this.history()));

  protected rangeOf({ from, to }: { from: number; to: number }): string {
    return writeRange(from, to);
  }
}
