import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** A line the size of a word. Decoration beside figures that are written out. */
@Component({
  selector: 'cs-sparkline',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `
    <svg preserveAspectRatio="none" [attr.viewBox]="'0 0 ' + (values().length - 1 || 1) + ' 100'">
      <path [attr.d]="path()" />
    </svg>
  `,
  styles: `
    :host {
      display: block;
      width: 120px;
      height: 28px;
    }

    svg {
      width: 100%;
      height: 100%;
      overflow: visible;
    }

    path {
      fill: none;
      stroke: var(--cs-accent);
      stroke-width: 1.5;
      stroke-linejoin: round;
      stroke-linecap: round;
      vector-effect: non-scaling-stroke;
    }
  `,
})
export class Sparkline {
  readonly values = input.required<readonly (number | null)[]>();

  protected readonly path = computed(() => sparkPath(this.values()));
}

/** SVG path data over 0 … n−1 by 0 … 100; a null lifts the pen. */
export function sparkPath(values: readonly (number | null)[]): string {
  const largest = Math.max(...values.map((value) => value ?? 0), Number.MIN_VALUE);
  let isDown = false;
  let path = '';
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const y = Number((96 - (value / largest) * 92).toFixed(1));
    // A lone value is a dot: a line to itself, with round ends.
    path += isDown ? `L${index} ${y}` : `M${index} ${y}h0`;
    isDown = true;
  });
  return path;
}
