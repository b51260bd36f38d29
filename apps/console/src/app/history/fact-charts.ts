import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { routes, type Check, type History, type HistoryBucket, type ProbeDescriptor } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { factWords } from '../runs/fact-words.js';
import { BusyBar } from '../ui/busy-bar.js';
import { ChoiceBar } from '../ui/choice-bar.js';
import { Clock } from '../ui/clock.js';
import { EmptyState } from '../ui/empty-state.js';
import { injectQuery } from '../ui/query.js';
import { TimeChart } from '../ui/time-chart.js';
import { readRange, writeRange } from '../ui/time-range.js';
import { factGroups, type DrawnFact } from './fact-choice.js';
import { chartOf, historyLines, type DrawnLine } from './history-lines.js';

const points = 200;
const slideMs = 60_000;

/** What the check read beside how long it took, over time: what has the same unit in one chart. */
@Component({
  selector: 'cs-fact-charts',
  imports: [BusyBar, ChoiceBar, EmptyState, LoadingView, TimeChart],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (choices().length > 1) {
      <cs-choice-bar
        label="Facts"
        [choices]="choices()"
        [value]="group()?.key ?? ''"
        (picked)="query({ facts: $event })"
      />
    }
    <cs-loading [of]="histories" shape="chart" />
    @if (histories.value()) {
      <cs-busy-bar label="Reading the facts" [isBusy]="histories.isLoading()" />
      @if (chart(); as drawn) {
        <cs-time-chart
          [height]="180"
          [label]="drawn.label"
          [format]="format()"
          [times]="drawn.times"
          [series]="drawn.series"
          [gaps]="drawn.gaps"
          (zoomed)="zoom($event)"
        />
      } @else {
        <cs-empty-state icon="clock" title="Nothing was read" text="No run read these facts in this time." />
      }
    }
  `,
  styles: `
    :host {
      display: block;
      padding: 12px 14px 14px;
    }
  `,
})
export class FactCharts {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  protected readonly query = injectQuery();

  readonly check = input.required<Check>();
  readonly probe = input.required<ProbeDescriptor>();
  // As in the address.
  readonly range = input<string>();
  readonly chosen = input<string>();

  readonly #groups = computed(() => factGroups(this.check(), this.probe()));
  protected readonly choices = computed(() => this.#groups().map(({ key, title }) => ({ value: key, label: title })));
  protected readonly group = computed(() => {
    const groups = this.#groups();
    return groups.find(({ key }) => key === this.chosen()) ?? groups[0];
  });
  readonly #slide = computed(() => {
    const { isLive, from, to } = readRange(this.range(), 0);
    return isLive ? Math.floor(this.#clock.now() / Math.max(slideMs, (to - from) / points)) : 0;
  });
  readonly #asked = computed(
    () => ({ checkId: this.check().id, facts: this.group()?.facts ?? [], range: this.range(), slide: this.#slide() }),
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );
  protected readonly histories = loaded({
    params: () => this.#asked(),
    load: async ({ checkId, facts, range }, signal) => {
      const { from, to } = readRange(range, Date.now());
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      const read = facts.map(async (fact) => ({
        fact,
        history: await this.#api.call(routes.results.history, {
          query: { checkId, ...span, points, by: 'check', fact: fact.key },
          signal,
        }),
      }));
      return Promise.all(read);
    },
  });
  protected readonly format = computed(() => {
    const unit = this.group()?.unit ?? null;
    return (value: number) => factWords(value, unit);
  });
  protected readonly chart = computed(() => {
    const read = this.histories.value() ?? [];
    const [first, ...others] = read;
    const drawn = (others.length === 0 && first ? bands(first) : read.flatMap(median)).filter(hasNumbers);
    if (!first || drawn.length === 0) return undefined;
    const label = others.length === 0 ? first.fact.label : `${this.group()?.title}, p50`;
    return { label, ...chartOf(first.history, drawn) };
  });

  protected zoom({ from, to }: { from: number; to: number }): void {
    this.query({ range: writeRange(from, Math.min(to, this.#clock.now())) }, { replace: false });
  }
}

interface Read {
  fact: DrawnFact;
  history: History;
}

type Numbers = NonNullable<NonNullable<HistoryBucket['fact']>['numbers']>;

function hasNumbers({ line, read }: DrawnLine): boolean {
  return line.buckets.some((bucket) => typeof read(bucket) === 'number');
}

function median({ fact, history }: Read): DrawnLine[] {
  const [line] = historyLines(history);
  return line ? [{ label: fact.label, line, ...reading('p50', fact) }] : [];
}

function bands({ fact, history }: Read): DrawnLine[] {
  const [line] = historyLines(history);
  if (!line) return [];
  if (fact.isStepped) return [{ label: fact.label, line, ...reading('max', fact) }];
  return [
    { label: 'p50', line, ...reading('p50', fact, { colour: 0 }) },
    { label: 'p95', line, ...reading('p95', fact, { colour: 0, isEdge: true }) },
    { label: 'Highest', line, ...reading('max', fact, { colour: 0, isEdge: true }) },
  ];
}

function reading(which: keyof Numbers, { isStepped }: DrawnFact, look: DrawnLine['look'] = {}) {
  return {
    // A run that did not read it leaves a hole, whatever its verdict.
    read: ({ fact }: HistoryBucket) => fact?.numbers?.[which],
    look: { ...look, isStepped },
  };
}
