import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { HistoryBucket } from '@checkstack/api';
import { durationWords } from '../ui/time.js';
import type { HistoryLine } from './history-lines.js';
import { failedWords } from './latency-lines.js';

const figures: { label: string; of: (total: HistoryBucket) => number | null }[] = [
  { label: 'p50', of: ({ p50Ms }) => p50Ms },
  { label: 'p95', of: ({ p95Ms }) => p95Ms },
  { label: 'p99', of: ({ p99Ms }) => p99Ms },
  { label: 'Highest', of: ({ maxMs }) => maxMs },
];

/** Two lines in figures over the whole range, and how far they are apart. */
@Component({
  selector: 'cs-comparison',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <table>
      <caption class="cs-visually-hidden">
        {{
          lines()[0].name
        }}
        compared with
        {{
          lines()[1].name
        }}
      </caption>
      <thead>
        <tr>
          <td></td>
          <th scope="col">{{ lines()[0].name }}</th>
          <th scope="col">{{ lines()[1].name }}</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.label) {
          <tr>
            <th scope="row">{{ row.label }}</th>
            <td>{{ row.first }}</td>
            <td>{{ row.second }}</td>
            <td class="cs-soft">{{ row.difference }}</td>
          </tr>
        }
        <tr>
          <th scope="row">Runs</th>
          <td>{{ failed(0) }}</td>
          <td>{{ failed(1) }}</td>
          <td></td>
        </tr>
      </tbody>
    </table>
  `,
  styles: `
    :host {
      display: block;
      overflow-x: auto;
    }

    table {
      width: 100%;
      margin-top: 10px;
      border-collapse: collapse;
      font-size: 0.8125rem;
      font-variant-numeric: tabular-nums;
    }

    th,
    td {
      padding: 5px 10px;
      border-top: 1px solid var(--cs-line);
      text-align: end;
    }

    th {
      color: var(--cs-text-soft);
      font-weight: 550;
    }

    [scope='row'] {
      text-align: start;
    }
  `,
})
export class Comparison {
  readonly lines = input.required<readonly [HistoryLine, HistoryLine]>();

  protected readonly rows = computed(() => {
    const [left, right] = this.lines();
    return figures.map(({ label, of }) => {
      const [first, second] = [left.total && of(left.total), right.total && of(right.total)];
      return { label, first: words(first), second: words(second), difference: differenceWords(first, second) };
    });
  });

  protected failed(index: 0 | 1): string {
    const { total } = this.lines()[index];
    return total ? failedWords(total) : '–';
  }
}

function words(ms: number | null | undefined): string {
  return typeof ms === 'number' ? durationWords(ms) : '–';
}

/** The second against the first: “+40 ms (1.5 ×)”. */
export function differenceWords(first: number | null | undefined, second: number | null | undefined): string {
  if (typeof first !== 'number' || typeof second !== 'number') return '–';
  const by = second - first;
  const ratio = Number((second / first).toPrecision(2));
  const times = first > 0 && ratio !== 1 ? ` (${ratio} ×)` : '';
  return by === 0 ? 'none' : `${by > 0 ? '+' : '−'}${durationWords(Math.abs(by))}${times}`;
}
