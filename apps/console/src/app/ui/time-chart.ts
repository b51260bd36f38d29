import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import uPlot from 'uplot';
import { pressed, type ChartCursor } from './chart-keys.js';
import { chartOptions } from './chart-options.js';
import { chartSummary, seriesLooks, valueNear, type ChartGap, type ChartSeries } from './chart-series.js';
import { dayTimeWords, durationWords, fullTime } from './time.js';
import { Theme } from './theme.js';

let made = 0;

/** Lines over time, many of them, with their gaps. Dragging across it, or the keyboard, asks for a span. */
@Component({
  selector: 'cs-time-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div
      class="frame"
      role="application"
      aria-roledescription="chart"
      tabindex="0"
      [attr.aria-label]="label()"
      [attr.aria-describedby]="name + '-keys'"
      (keydown)="press($event)"
      (blur)="place({})"
    >
      <div #canvas class="canvas" role="img" [attr.aria-label]="summary()" [style.height.px]="height()"></div>
    </div>
    <p class="cs-visually-hidden" [id]="name + '-keys'">
      Arrow keys read the values, Shift with them selects, Enter zooms in, minus zooms out.
    </p>
    <p class="cs-visually-hidden" aria-live="polite">{{ spoken() }}</p>
    @if (series().length > 1 || hovered() !== undefined) {
      <ul aria-label="Lines">
        @for (line of series(); track line.label; let index = $index) {
          <li>
            <button
              type="button"
              [attr.aria-pressed]="!hidden().includes(line.label)"
              (click)="toggle(line.label)"
              [title]="hidden().includes(line.label) ? 'Show' : 'Hide'"
            >
              <svg width="20" height="8" aria-hidden="true">
                <line
                  x1="1"
                  x2="19"
                  y1="4"
                  y2="4"
                  [style.stroke]="'var(' + looks()[index]?.property + ')'"
                  [attr.stroke-width]="looks()[index]?.width"
                  [attr.stroke-dasharray]="looks()[index]?.dash?.join(' ')"
                />
              </svg>
              {{ line.label }}
              @if (valueAt(line); as value) {
                <strong>{{ value }}</strong>
              }
            </button>
          </li>
        }
        @if (hoveredTime(); as time) {
          <li class="time">{{ time }}</li>
        }
      </ul>
    }
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .frame {
      cursor: crosshair;
    }

    .canvas {
      position: relative;
      overflow: hidden;
    }

    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      min-height: 26px;
      padding-inline-start: 52px;
    }

    button {
      display: inline-flex;
      align-items: center;
      gap: 7px;
      min-height: 24px;
      padding: 0 4px;
      border: 0;
      background: none;
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.75rem;
      cursor: pointer;

      &[aria-pressed='false'] {
        text-decoration: line-through;
      }
    }

    strong {
      color: var(--cs-text);
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }

    .time {
      margin-inline-start: auto;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
      line-height: 24px;
    }
  `,
})
export class TimeChart {
  readonly #theme = inject(Theme);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly canvas = viewChild.required<ElementRef<HTMLElement>>('canvas');
  readonly #width = signal(0);

  /** What is drawn, in words: “Latency”. */
  readonly label = input.required<string>();
  /** Milliseconds, ascending. */
  readonly times = input.required<readonly number[]>();
  readonly series = input.required<readonly ChartSeries[]>();
  readonly gaps = input<readonly ChartGap[]>([]);
  readonly height = input(220);
  readonly format = input<(value: number) => string>(durationWords);
  /** A span that was chosen, in milliseconds; it may reach beyond now. */
  readonly zoomed = output<{ from: number; to: number }>();

  protected readonly name = `cs-chart-${++made}`;
  protected readonly hovered = signal<number | undefined>(undefined);
  protected readonly hidden = signal<readonly string[]>([]);
  protected readonly spoken = signal('');
  protected readonly looks = computed(() => seriesLooks(this.series()));
  protected readonly summary = computed(() =>
    chartSummary({ what: this.label(), times: this.times(), series: this.series(), format: this.format() }),
  );
  protected readonly hoveredTime = computed(() => {
    const time = this.times()[this.hovered() ?? -1];
    return time === undefined ? undefined : fullTime(new Date(time).toISOString());
  });
  #chart: uPlot | undefined;
  #cursor: ChartCursor = {};

  constructor() {
    const observer = new ResizeObserver(([entry]) => this.#width.set(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(this.#host.nativeElement);
    inject(DestroyRef).onDestroy(() => observer.disconnect());
    let drawn = '';
    afterRenderEffect(() => {
      const data = this.#data();
      const lines = this.series().map(({ values: _, ...line }) => line);
      const looks = JSON.stringify([lines, this.hidden(), this.#width(), this.height(), this.#theme.isDark()]);
      if (this.#width() === 0) return;
      if (this.#chart && looks === drawn) {
        // New values alone leave the cursor where it is.
        this.#chart.setData(data);
        return;
      }
      this.#chart?.destroy();
      const canvas = this.canvas().nativeElement;
      this.#chart = new uPlot(this.#options(canvas), data, canvas);
      drawn = looks;
    });
    inject(DestroyRef).onDestroy(() => this.#chart?.destroy());
  }

  protected valueAt(line: ChartSeries): string | undefined {
    const index = this.hovered();
    if (index === undefined) return undefined;
    const value = valueNear(line, index);
    return value === null ? '–' : this.format()(value);
  }

  protected toggle(label: string): void {
    this.hidden.update((hidden) =>
      hidden.includes(label) ? hidden.filter((other) => other !== label) : [...hidden, label],
    );
  }

  protected press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = pressed(event, this.#cursor, { times: this.times(), series: this.series() });
    if (!step) return;
    event.preventDefault();
    this.place(step.cursor);
    if (step.zoom) this.zoomed.emit(step.zoom);
  }

  /** Puts the cursor there and says what it stands on. */
  protected place(cursor: ChartCursor): void {
    this.#cursor = cursor;
    const { at, mark } = cursor;
    this.hovered.set(at);
    this.spoken.set(at === undefined ? '' : this.#said(at, mark));
    const chart = this.#chart;
    if (!chart) return;
    const left = (index: number | undefined) => chart.valToPos((this.times()[index ?? -1] ?? NaN) / 1000, 'x');
    chart.setCursor({ left: at === undefined ? -10 : left(at), top: 0 }, false);
    const [from = 0, to = 0] = mark === undefined ? [] : [left(at), left(mark)].sort((one, other) => one - other);
    chart.setSelect({ left: from, width: to - from, top: 0, height: chart.over.clientHeight }, false);
  }

  #said(at: number, mark: number | undefined): string {
    const values = this.series().map((line) => {
      const value = valueNear(line, at);
      return `${line.label} ${value === null ? 'unknown' : this.format()(value)}`;
    });
    const since = this.times()[mark ?? -1];
    const selected = since === undefined ? '' : `, selected from ${dayTimeWords(since)}`;
    return `${dayTimeWords(this.times()[at] ?? 0)}: ${values.join(', ')}${selected}`;
  }

  #data(): uPlot.AlignedData {
    return [this.times().map((time) => time / 1000), ...this.series().map(({ values }) => [...values])];
  }

  #options(canvas: HTMLElement): uPlot.Options {
    return chartOptions(canvas, {
      width: this.#width(),
      height: this.height(),
      format: this.format(),
      series: () => this.series(),
      gaps: () => this.gaps(),
      isHidden: (label) => this.hidden().includes(label),
      onCursor: (index) => this.hovered.set(index),
      onSelect: (span) => this.zoomed.emit(span),
    });
  }
}
