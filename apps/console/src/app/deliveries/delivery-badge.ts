import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { DeliveryState } from '@checkstack/api';
import { stateTones, stateWords } from './delivery-words.js';

/** Where a delivery stands. */
@Component({
  selector: 'cs-delivery-badge',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<span class="cs-tag" [class]="tone()">{{ words() }}</span>`,
  styles: `
    .healthy {
      background: var(--cs-healthy-soft);
      color: var(--cs-healthy);
    }

    .degraded {
      background: var(--cs-degraded-soft);
      color: var(--cs-degraded);
    }

    .unhealthy {
      background: var(--cs-unhealthy-soft);
      color: var(--cs-unhealthy);
    }

    .info {
      background: var(--cs-accent-soft);
      color: var(--cs-accent);
    }
  `,
})
export class DeliveryBadge {
  readonly state = input.required<DeliveryState>();
  protected readonly words = computed(() => stateWords[this.state()]);
  protected readonly tone = computed(() => stateTones[this.state()]);
}
