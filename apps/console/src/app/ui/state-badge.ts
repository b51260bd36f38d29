import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import type { State } from '@checkstack/api';
import { Icon } from './icon.js';

export const stateWords: Record<State, string> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  unhealthy: 'Unhealthy',
  unknown: 'Unknown',
};

/** Worst first; unknown is worse than healthy, because nobody knows. */
export const worstFirst: readonly State[] = ['unhealthy', 'degraded', 'unknown', 'healthy'];

/** A state as shape, word and colour. Without its word it stays readable for assistive technology. */
@Component({
  selector: 'cs-state',
  imports: [Icon, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'classes()' },
  template: `
    <cs-icon [name]="state()" [size]="size()" [matTooltip]="look() === 'icon' ? word() : ''" />
    @if (look() === 'icon') {
      <span class="cs-visually-hidden">{{ word() }}</span>
    } @else {
      {{ word() }}
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--tone);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
      vertical-align: middle;
      white-space: nowrap;
    }

    // Beside text of several lines it stands at the first.
    :host(.icon) {
      align-self: flex-start;
      height: 1.25rem;
    }

    :host(.pill) {
      padding: 1px 9px 1px 7px;
      border-radius: 20px;
      background: var(--tone-soft);
    }

    :host(.healthy) {
      --tone: var(--cs-healthy);
      --tone-soft: var(--cs-healthy-soft);
    }

    :host(.degraded) {
      --tone: var(--cs-degraded);
      --tone-soft: var(--cs-degraded-soft);
    }

    :host(.unhealthy) {
      --tone: var(--cs-unhealthy);
      --tone-soft: var(--cs-unhealthy-soft);
    }

    :host(.unknown) {
      --tone: var(--cs-unknown);
      --tone-soft: var(--cs-unknown-soft);
    }
  `,
})
export class StateBadge {
  readonly state = input.required<State>();
  /** `pill` for headings, `plain` in lists, `icon` where the word is said nearby. */
  readonly look = input<'pill' | 'plain' | 'icon'>('plain');
  readonly size = input(15);
  /** Another word for the state: “Online”, “Passed”. */
  readonly label = input<string>();

  protected readonly word = computed(() => this.label() ?? stateWords[this.state()]);
  protected readonly classes = computed(() => `${this.state()} ${this.look()}`);
}
