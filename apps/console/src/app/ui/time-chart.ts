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
import { chartSummary, seriesLook, valueNear, type ChartGap, type ChartSeries } from './chart-series.js';
import { resolveColour } from './colour.js';
import { durationWords } from './time.js';
import { Theme } from './theme.js';

/** Width of the axis at the left; what stands below a chart keeps to it. */
const axisWidth = 58;

/** Lines over time, many of them, with their gaps. Dragging across it asks for that span. */
@Component({
  selector: 'cs-time-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div #canvas class="canvas" role="img" [attr.aria-label]="summary()" [style.height.px]="height()"></div>
    @if (series().length > 1 || hovered() !== undefined) {
      <ul>
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
                  [style.stroke]="'var(' + look(index).property + ')'"
                  [attr.stroke-dasharray]="look(index).dash.join(' ')"
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

    line {
      stroke-width: 2;
    }

    strong {
      color: var(--cs-text);
      font-weight: 600;
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
  /** A span that was dragged across, in milliseconds. */
  /** What the bands end at. */
  readonly upperLabel = input('');
  readonly zoomed = output<{ from: number; to: number }>();

  protected readonly look = seriesLook;
  protected readonly hovered = signal<number | undefined>(undefined);
  protected readonly hidden = signal<readonly string[]>([]);
  protected readonly summary = computed(() => chartSummary(this.label(), this.series(), this.format()));
  protected readonly hoveredTime = computed(() => {
    const time = this.times()[this.hovered() ?? -1];
    return time === undefined ? undefined : new Date(time).toLocaleString();
  });

  constructor() {
    const observer = new ResizeObserver(([entry]) => this.#width.set(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(this.#host.nativeElement);
    inject(DestroyRef).onDestroy(() => observer.disconnect());
    let chart: uPlot | undefined;
    let drawn = '';
    afterRenderEffect(() => {
      const data = this.#data();
      const labels = this.series().map(({ label }) => label);
      const looks = JSON.stringify([labels, this.hidden(), this.#width(), this.height(), this.#theme.isDark()]);
      if (this.#width() === 0) return;
      if (chart && looks === drawn) {
        // New values alone leave the cursor where it is.
        chart.setData(data);
        return;
      }
      chart?.destroy();
      const canvas = this.canvas().nativeElement;
      chart = new uPlot(this.#options(canvas), data, canvas);
      drawn = looks;
    });
    inject(DestroyRef).onDestroy(() => chart?.destroy());
  }

  protected valueAt(line: ChartSeries): string | undefined {
    const index = this.hovered();
    if (index === undefined) return undefined;
    const value = valueNear(line, index);
    if (value === null) return '–';
    const upper = line.upper && valueNear({ ...line, values: line.upper }, index);
    const more = typeof upper === 'number' && upper > value ? ` (${this.upperLabel()} ${this.format()(upper)})` : '';
    return this.format()(value) + more;
  }

  protected toggle(label: string): void {
    this.hidden.update((hidden) =>
      hidden.includes(label) ? hidden.filter((other) => other !== label) : [...hidden, label],
    );
  }

  #data(): uPlot.AlignedData {
    const lines = this.series().flatMap(({ values, upper }) => [[...values], [...(upper ?? values)]]);
    return [this.times().map((time) => time / 1000), ...lines];
  }

  #options(canvas: HTMLElement): uPlot.Options {
    const colour = (property: string) => resolveColour(canvas, property);
    const text = colour('--cs-text-faint');
    const line = colour('--cs-line');
    const gap = colour('--cs-unknown-soft');
    const font = `11px ${getComputedStyle(canvas).fontFamily}`;
    const axis = { stroke: text, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    return {
      width: this.#width(),
      height: this.height(),
      padding: [10, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 7 },
        drag: { x: true, y: false, setScale: false },
      },
      scales: { y: { range: (_, __, largest) => [0, Math.max(1, (largest ?? 1) * 1.12)] } },
      axes: [
        { ...axis, size: 28, space: 70, values: clockTicks },
        {
          ...axis,
          size: axisWidth,
          space: 36,
          values: (_, splits) => splits.map((split) => this.format()(split)),
        },
      ],
      series: [
        {},
        ...this.series().flatMap(({ label }, index): uPlot.Series[] => {
          const { property, dash } = seriesLook(index);
          const show = !this.hidden().includes(label);
          const points = { filter: () => lonely(this.series()[index]?.values ?? []) };
          return [
            { label, show, stroke: colour(property), width: 1.75, dash, spanGaps: false, points },
            { show, stroke: 'transparent', spanGaps: false, points: { show: false } },
          ];
        }),
      ],
      // A line is followed by its upper end.
      bands: this.series().map((_, index) => ({
        series: [2 * index + 2, 2 * index + 1],
        fill: faint(colour(seriesLook(index).property), this.series().length),
      })),
      hooks: {
        drawClear: [(chart) => drawGaps(chart, this.gaps(), gap)],
        setCursor: [(chart) => this.hovered.set(chart.cursor.idx ?? undefined)],
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width < 8) return;
            chart.setSelect({ ...chart.select, width: 0 }, false);
            this.zoomed.emit({ from: chart.posToVal(left, 'x') * 1000, to: chart.posToVal(left + width, 'x') * 1000 });
          },
        ],
      },
    };
  }
}

/** Times of day; the date where a day begins. */
function clockTicks(_: uPlot, splits: number[], __: number, ___: number, increment: number): string[] {
  return splits.map((split) => {
    const date = new Date(split * 1000);
    const isDay = increment >= 86_400 || (date.getHours() === 0 && date.getMinutes() === 0);
    return isDay
      ? date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
      : date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  });
}

/** Values without a line to either side: only a dot shows them. */
function lonely(values: readonly (number | null | undefined)[]): number[] {
  const told = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  return told
    .filter(({ value }, place) => value !== null && (told[place - 1]?.value ?? told[place + 1]?.value ?? null) === null)
    .map(({ index }) => index);
}

/** The more bands lie over each other, the fainter each. */
function faint(colour: string, bands: number): string {
  return `color-mix(in srgb, ${colour} ${Math.max(4, Math.round(20 / Math.sqrt(bands)))}%, transparent)`;
}

function drawGaps(chart: uPlot, gaps: readonly ChartGap[], colour: string): void {
  const { left, top, width, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.fillStyle = colour;
  for (const { from, to } of gaps) {
    const start = Math.max(left, chart.valToPos(from / 1000, 'x', true));
    const end = Math.min(left + width, chart.valToPos(to / 1000, 'x', true));
    if (end > start) chart.ctx.fillRect(start, top, Math.max(2, end - start), height);
  }
  chart.ctx.restore();
}
