import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import { TimeAgo } from './time-ago.js';

/** Beside a state that says little, because verdicts keep changing. Nothing, while they do not. */
@Component({
  selector: 'cs-flapping',
  imports: [MatTooltip, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (since(); as since) {
      <span
        class="cs-tag"
        matTooltip="At least a quarter of the last 20 runs brought another verdict than the one before."
      >
        Flapping <span class="cs-visually-hidden">for <cs-time say="for" [at]="since" /></span>
      </span>
    }
  `,
})
export class FlappingBadge {
  readonly since = input.required<string | null>();
}

/** Of several, since when the first of those flaps that do. */
export function flappingSince(slices: readonly { flappingSince: string | null }[] | undefined): string | null {
  return (slices ?? []).reduce<string | null>(
    (first, { flappingSince: own }) => (own !== null && (first === null || own < first) ? own : first),
    null,
  );
}
