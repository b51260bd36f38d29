import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import type { State } from '@checkstack/api';
import { stateWords, worstFirst } from './state-badge.js';
import { shortTime } from './time.js';

/** How many runs ended how, from a time on. */
export interface VerdictBucket {
  from: string;
  healthy: number;
  degraded: number;
  unhealthy: number;
  unknown: number;
}

/** The worse, the taller: told apart without colours too. */
const heights: Record<State, number> = { healthy: 12, degraded: 18, unknown: 9, unhealthy: 24 };

/** What the runs of one slice said over time, a bar a bucket. */
@Component({
  selector: 'cs-verdict-strip',
  imports: [MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'summary()' },
  template: `
    <svg
      preserveAspectRatio="none"
      matTooltipPositionAtOrigin
      matTooltipShowDelay="0"
      [matTooltip]="told()"
      [attr.viewBox]="'0 0 ' + buckets().length + ' 24'"
      (mousemove)="hover($event)"
      (mouseleave)="hovered.set(undefined)"
    >
      <rect class="nothing" height="2" y="22" [attr.width]="buckets().length" />
      @for (bar of bars(); track bar.at) {
        <rect
          [class]="bar.state"
          [attr.x]="bar.at + 0.09"
          [attr.width]="bar.length - 0.18"
          [attr.y]="24 - heights[bar.state]"
          [attr.height]="heights[bar.state]"
        />
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
    }

    svg {
      display: block;
      width: 100%;
      height: 24px;
    }

    .healthy {
      fill: var(--cs-healthy);
    }

    .degraded {
      fill: var(--cs-degraded);
    }

    .unhealthy {
      fill: var(--cs-unhealthy);
    }

    .unknown {
      fill: var(--cs-unknown);
      fill-opacity: 0.6;
    }

    .nothing {
      fill: var(--cs-line);
    }
  `,
})
export class VerdictStrip {
  /** Whose runs: “Paris”. */
  readonly label = input.required<string>();
  readonly buckets = input.required<readonly VerdictBucket[]>();

  protected readonly heights = heights;
  protected readonly hovered = signal<number | undefined>(undefined);
  protected readonly bars = computed(() => barsOf(this.buckets()));
  protected readonly told = computed(() => {
    const hovered = this.hovered() ?? -1;
    const bar = this.bars().find(({ at, length }) => at <= hovered && hovered < at + length);
    const bucket = this.buckets()[bar?.at ?? hovered];
    return bucket ? `${shortTime(bucket.from, Date.now())}: ${countWords(bucket)}` : '';
  });
  protected readonly summary = computed(() => {
    const total = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
    for (const bucket of this.buckets()) for (const state of worstFirst) total[state] += bucket[state];
    return `${this.label()}: ${countWords(total)}`;
  });

  protected hover(event: MouseEvent): void {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    this.hovered.set(Math.floor(((event.clientX - left) / width) * this.buckets().length));
  }
}

interface Bar {
  state: State;
  /** In buckets. */
  at: number;
  length: number;
}

/** A bar for each bucket in which something ran. Between two runs the buckets are empty by nature: the first one's bar fills them. */
export function barsOf(buckets: readonly VerdictBucket[]): Bar[] {
  const bars = buckets.flatMap((bucket, at) => {
    const state = worstOf(bucket);
    return state ? [{ state, at, length: 1 }] : [];
  });
  const distances = bars.slice(1).map(({ at }, index) => at - (bars[index]?.at ?? at));
  const usual = distances.toSorted((left, right) => left - right)[Math.floor(distances.length / 2)] ?? 1;
  return bars.map((bar, index) => ({
    ...bar,
    length: Math.max(1, Math.min(usual, (bars[index + 1]?.at ?? buckets.length) - bar.at)),
  }));
}

/** Undefined where nothing ran. Unknown says less than any verdict beside it. */
export function worstOf(bucket: Omit<VerdictBucket, 'from'>): State | undefined {
  return (['unhealthy', 'degraded', 'healthy', 'unknown'] as const).find((state) => bucket[state] > 0);
}

function countWords(counts: Omit<VerdictBucket, 'from'>): string {
  const parts = worstFirst
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${stateWords[state].toLowerCase()}`);
  return parts.join(', ') || 'no runs';
}
