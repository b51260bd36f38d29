import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { History, Slice } from '@checkstack/api';
import type { Subject } from '../results/subject.js';
import { Clock } from '../ui/clock.js';
import { TimeChart } from '../ui/time-chart.js';
import { writeRange } from '../ui/time-range.js';
import { chartOf, historyLines, worstLines } from './history-lines.js';
import { comparedLines, measureLines } from './latency-lines.js';
import { StateLanes } from './state-lanes.js';

const drawnLines = 8;
/** More bands over each other are mud. */
const mostBands = 2;

/** Latency of slices over time, and below it their states. */
@Component({
  selector: 'cs-slice-history',
  imports: [StateLanes, TimeChart],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let drawn = chart();
    <cs-time-chart
      [label]="drawn.label"
      [times]="drawn.times"
      [series]="drawn.series"
      [gaps]="drawn.gaps"
      [height]="160"
      (zoomed)="zoom($event)"
    />
    @if (slices().length > drawnLines) {
      <p class="cs-faint">The {{ drawnLines }} worst of {{ slices().length.toLocaleString() }} slices are drawn.</p>
    }
    <cs-state-lanes [subject]="subject()" [slices]="slices()" [range]="range()" [history]="history()" />
  `,
  styles: `
    p {
      padding-inline-start: 58px;
      font-size: 0.75rem;
    }

    cs-state-lanes {
      display: block;
      margin-top: 8px;
    }
  `,
})
export class SliceHistory {
  readonly #clock = inject(Clock);

  readonly subject = input.required<Subject>();
  readonly slices = input.required<readonly Slice[]>();
  readonly history = input.required<History>();
  /** As in the address. */
  readonly range = input<string>();
  /** As it goes into the address. */
  readonly rangeChosen = output<string>();

  protected readonly drawnLines = drawnLines;
  protected readonly chart = computed(() => {
    const history = this.history();
    const lines = worstLines(historyLines(history), drawnLines);
    return lines.length <= mostBands
      ? { label: 'Latency, p50 and p95', ...chartOf(history, comparedLines(lines)) }
      : { label: 'Latency, p95', ...chartOf(history, measureLines(lines, 'p95')) };
  });

  protected zoom({ from, to }: { from: number; to: number }): void {
    this.rangeChosen.emit(writeRange(from, Math.min(to, this.#clock.now())));
  }
}
