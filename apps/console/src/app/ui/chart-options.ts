// What uPlot is told so that a chart looks like the rest of the console.
import uPlot from 'uplot';
import { lonely, seriesLooks, type ChartGap, type ChartSeries } from './chart-series.js';
import { resolveColour } from './colour.js';

/** Width of the axis at the left; what stands below a chart keeps to it. */
const axisWidth = 58;

interface Drawn {
  width: number;
  height: number;
  format: (value: number) => string;
  // Both may change while the chart stays.
  series: () => readonly ChartSeries[];
  gaps: () => readonly ChartGap[];
  isHidden: (label: string) => boolean;
  onCursor: (index: number | undefined) => void;
  /** Milliseconds. */
  onSelect: (span: { from: number; to: number }) => void;
}

export function chartOptions(canvas: HTMLElement, drawn: Drawn): uPlot.Options {
  const colour = (property: string) => resolveColour(canvas, property);
  const gap = colour('--cs-unknown-soft');
  const font = `11px ${getComputedStyle(canvas).fontFamily}`;
  const grid = { stroke: colour('--cs-line'), width: 1 };
  const axis = { stroke: colour('--cs-text-faint'), font, grid, ticks: { show: false } };
  const series = drawn.series();
  const looks = seriesLooks(series);
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: drawn.width,
    height: drawn.height,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_, __, largest) => [0, (largest || 1) * 1.12] } },
    axes: [
      { ...axis, size: 28, space: 70, values: clockTicks },
      { ...axis, size: axisWidth, space: 36, values: (_, splits) => splits.map((split) => drawn.format(split)) },
    ],
    series: [
      {},
      ...series.map(({ label, isEdge, isStepped }, index): uPlot.Series => {
        const { property = '', dash = [], width = 1 } = looks[index] ?? {};
        return {
          label,
          show: !drawn.isHidden(label),
          stroke: colour(property),
          width,
          dash,
          spanGaps: false,
          points: isEdge ? { show: false } : { filter: () => lonely(drawn.series()[index]?.values ?? []) },
          ...(isStepped && stepped ? { paths: stepped } : {}),
        };
      }),
    ],
    bands: bandsOf(series).map(({ upper, lower, nth }) => ({
      series: [upper + 1, lower + 1],
      fill: soft(colour(looks[upper]?.property ?? ''), nth === 1 ? 16 : 7),
    })),
    hooks: {
      drawClear: [(chart) => drawGaps(chart, drawn.gaps(), gap)],
      setCursor: [(chart) => drawn.onCursor(chart.cursor.idx ?? undefined)],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < 8) return;
          chart.setSelect({ ...chart.select, width: 0 }, false);
          const at = (position: number) => chart.posToVal(position, 'x') * 1000;
          drawn.onSelect({ from: at(left), to: at(left + width) });
        },
      ],
    },
  };
}

/** From each edge down to the series before it; `nth` counts the edges of one line. */
function bandsOf(series: readonly ChartSeries[]): { upper: number; lower: number; nth: number }[] {
  let nth = 0;
  return series.flatMap(({ isEdge }, upper) => {
    nth = isEdge ? nth + 1 : 0;
    return isEdge ? [{ upper, lower: upper - 1, nth }] : [];
  });
}

function soft(colour: string, percent: number): string {
  return `color-mix(in srgb, ${colour} ${percent}%, transparent)`;
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
