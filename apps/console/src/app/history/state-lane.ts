import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import type { HistoryBucket, State } from '@checkstack/api';
import {
  laneSummary,
  maintenanceWords,
  spanSentence,
  type MaintenanceTime,
  type StateSpan,
  type Window,
} from './state-spans.js';

const width = 1000;
/** The worse, the taller: told apart without colours too. */
const heights: Record<State, number> = { healthy: 8, degraded: 12, unhealthy: 16, unknown: 5 };
const foot = 20;
/** Share of a bucket's runs. One of very many is no news. */
const worthAMark = 0.1;
const severity: Record<State, number> = { healthy: 0, unknown: 0, degraded: 1, unhealthy: 2 };

/** The state of one slice over time, with a mark where runs were worse than the state. */
@Component({
  selector: 'cs-state-lane',
  imports: [MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg
      preserveAspectRatio="none"
      role="img"
      matTooltipPositionAtOrigin
      matTooltipShowDelay="0"
      [attr.aria-label]="summary()"
      [attr.viewBox]="'0 0 ' + width + ' ' + foot"
      [matTooltip]="told()"
      (mousemove)="hover($event)"
      (mouseleave)="hovered.set(undefined)"
    >
      @for (band of bands(); track $index) {
        <rect class="band" y="0" [attr.height]="foot" [attr.x]="band.x" [attr.width]="band.width" />
      }
      @for (piece of pieces(); track $index) {
        <rect
          [class]="piece.state"
          [class.missing]="piece.isMissing"
          [attr.x]="piece.x"
          [attr.width]="piece.width"
          [attr.y]="foot - piece.height"
          [attr.height]="piece.height"
        />
      }
      @for (mark of marks(); track $index) {
        <rect [class]="mark.state" y="0" height="3" [attr.x]="mark.x" [attr.width]="mark.width" />
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
      height: 20px;
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
      fill-opacity: 0.55;
    }

    .band {
      fill: var(--cs-accent);
      fill-opacity: 0.16;
    }

    .missing {
      fill: var(--cs-line);
      fill-opacity: 1;
    }
  `,
})
export class StateLane {
  /** Whose states: “Paris”. */
  readonly label = input.required<string>();
  readonly spans = input.required<readonly StateSpan[]>();
  readonly window = input.required<Window>();
  readonly buckets = input<readonly HistoryBucket[]>([]);
  /** Drawn behind the states: what was planned. */
  readonly maintenances = input<readonly MaintenanceTime[]>([]);

  protected readonly width = width;
  protected readonly foot = foot;
  protected readonly hovered = signal<number | undefined>(undefined);
  protected readonly summary = computed(() =>
    [laneSummary(this.label(), this.spans()), ...maintenanceWords(this.maintenances())].join('; '),
  );
  protected readonly bands = computed(() => this.maintenances().map(({ from, to }) => this.#placed(from, to)));
  protected readonly pieces = computed(() =>
    this.spans().map(({ state, from, to, isMissing }) => ({
      state,
      isMissing,
      height: isMissing ? 2 : heights[state],
      ...this.#placed(from, to),
    })),
  );
  protected readonly marks = computed(() => {
    const buckets = this.buckets();
    const lengthMs = Date.parse(buckets[1]?.from ?? '') - Date.parse(buckets[0]?.from ?? '');
    if (Number.isNaN(lengthMs)) return [];
    return buckets.flatMap((bucket) => {
      const bad = bucket.degraded + bucket.unhealthy;
      if (bad === 0 || bad < (bad + bucket.healthy) * worthAMark) return [];
      const state = bucket.unhealthy > 0 ? 'unhealthy' : 'degraded';
      const from = Date.parse(bucket.from);
      const isToldBelow = this.spans().some(
        (span) => span.from < from + lengthMs && from < span.to && severity[span.state] >= severity[state],
      );
      return isToldBelow ? [] : [{ state, ...this.#placed(from, from + lengthMs) }];
    });
  });
  protected readonly told = computed(() => {
    const { from, to } = this.window();
    const at = from + (to - from) * (this.hovered() ?? -1);
    const span = this.spans().find((one) => one.from <= at && at < one.to);
    const planned = this.maintenances().filter((one) => one.from <= at && at < one.to);
    return [...(span ? [spanSentence(span)] : []), ...planned.map(({ title }) => `In maintenance: ${title}`)].join(
      '\n',
    );
  });

  protected hover(event: MouseEvent): void {
    const { left, width: length } = (event.currentTarget as Element).getBoundingClientRect();
    this.hovered.set((event.clientX - left) / length);
  }

  #placed(from: number, to: number): { x: number; width: number } {
    const window = this.window();
    const at = (time: number) =>
      Math.min(width, Math.max(0, ((time - window.from) / (window.to - window.from)) * width));
    const x = at(from);
    // A short outage in a long time is still seen.
    return { x, width: Math.max(1.5, at(to) - x) };
  }
}
