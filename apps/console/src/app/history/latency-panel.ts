import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { Slice } from '@checkstack/api';
import { LoadingView } from '../loading/loading.js';
import type { Subject } from '../results/subject.js';
import { BusyBar } from '../ui/busy-bar.js';
import { ChoiceBar } from '../ui/choice-bar.js';
import { Clock } from '../ui/clock.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { injectQuery } from '../ui/query.js';
import { TimeChart } from '../ui/time-chart.js';
import { writeRange } from '../ui/time-range.js';
import { Comparison } from './comparison.js';
import { chartOf, historyLines, worstLines, type HistoryLine } from './history-lines.js';
import { bandLines, comparedLines, failedWords, latencyWords, measureLines } from './latency-lines.js';
import { measures, measureWords, readMeasure } from './latency-lines.js';
import { loadedHistory } from './loaded-history.js';
import { mergedSlices, mostLines, partings, readCompared, readParting } from './series-choice.js';

/** More lines cannot be told apart. */
const drawnLines = 8;
const points = 300;
/** Of very many lines, of which few are drawn: an answer is to stay small. */
const pointsOfMany = 60;
const manySlices = 24;

/** How long runs took: as one line with its bands, parted by what differs, or two parts beside each other. */
@Component({
  selector: 'cs-latency-panel',
  imports: [BusyBar, ChoiceBar, Comparison, EmptyState, FilterMenu, LoadingView, TimeChart],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './latency-panel.html',
  styleUrl: './latency-panel.scss',
})
export class LatencyPanel {
  readonly #clock = inject(Clock);
  protected readonly query = injectQuery();

  readonly subject = input.required<Subject>();
  readonly slices = input.required<readonly Slice[]>();
  // As in the address.
  readonly range = input<string>();
  readonly by = input<string>();
  readonly measure = input<string>();
  readonly compare = input<string>();

  protected readonly partings = computed(() => partings(this.subject(), this.slices()));
  protected readonly parting = computed(() => readParting(this.by(), this.partings()));
  protected readonly history = loadedHistory(() => ({
    subject: this.subject(),
    range: this.range(),
    by: this.parting(),
    points: this.slices().length > manySlices && this.parting() !== this.partings()[0]?.value ? pointsOfMany : points,
    totals: true,
  }));
  /** Of the history that is shown, which may still be the one before. */
  protected readonly lines = computed(() => {
    const history = this.history.value();
    return history ? historyLines(history, this.slices()).filter(hasRuns) : [];
  });
  protected readonly compared = computed(() => {
    const keys = readCompared(this.compare());
    const [first, second] = keys.map((key) => this.lines().find((line) => line.key === key));
    return first && second && first !== second ? ([first, second] as const) : undefined;
  });
  protected readonly shown = computed(() => this.compared() ?? worstLines(this.lines(), drawnLines));
  protected readonly chart = computed(() => {
    const history = this.history.value();
    const lines = this.shown();
    const [only] = lines;
    if (!history || !only) return undefined;
    if (this.compared()) return { label: 'Latency, p50 and p95', ...chartOf(history, comparedLines(lines)) };
    if (lines.length === 1) return { label: 'Latency, p50, p95 and highest', ...chartOf(history, bandLines(only)) };
    const measure = this.chosenMeasure();
    return { label: `Latency, ${measureWords[measure]}`, ...chartOf(history, measureLines(lines, measure)) };
  });
  protected readonly chosenMeasure = computed(() => readMeasure(this.measure()));
  protected readonly measures = measures.map((value) => ({ value, label: measureWords[value] }));
  protected readonly options = computed(() => this.lines().map(({ key, name }) => ({ value: key, label: name })));
  protected readonly chosen = computed(() => readCompared(this.compare()));
  protected readonly caption = computed(() => {
    const [only, ...others] = this.shown();
    if (!only || others.length > 0) return '';
    return [latencyWords(only), ...(only.total ? [failedWords(only.total)] : [])].join(' · ');
  });
  /** What is not shown, and why. */
  protected readonly leftOut = computed(() => {
    const lines = this.lines().length;
    const slices = this.slices().length;
    return [
      ...(this.shown().length < lines && !this.compared()
        ? [
            `The ${drawnLines} worst of ${lines < mostLines ? '' : 'the first '}${lines} lines are drawn; compare any two.`,
          ]
        : []),
      ...(slices > mergedSlices
        ? [`${mergedSlices.toLocaleString()} of ${slices.toLocaleString()} slices are read.`]
        : []),
    ].join(' ');
  });

  protected zoom({ from, to }: { from: number; to: number }): void {
    this.query({ range: writeRange(from, Math.min(to, this.#clock.now())) }, { replace: false });
  }

  protected pick(place: 0 | 1, key: string | null): void {
    const keys = this.chosen();
    keys[place] = key ?? '';
    this.query({ compare: keys.some((chosen) => chosen !== '') ? keys.join('~') : null });
  }
}

function hasRuns({ total }: HistoryLine): boolean {
  return total !== undefined && total.healthy + total.degraded + total.unhealthy + total.unknown > 0;
}
