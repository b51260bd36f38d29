import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { State } from '@checkstack/api';
import { StateBadge, worstFirst } from './state-badge.js';

/** How many are in which state; pressing one shows only those. */
@Component({
  selector: 'cs-state-filter',
  imports: [StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', 'aria-label': 'State' },
  template: `
    @for (state of states; track state) {
      <button
        type="button"
        [attr.aria-pressed]="value() === state"
        (click)="picked.emit(value() === state ? null : state)"
      >
        <cs-state [state]="state" />
        <span>{{ counts()[state] }}</span>
      </button>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      gap: 6px;
    }

    button {
      display: inline-flex;
      align-items: center;
      gap: 7px;
      height: 34px;
      padding: 0 10px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.8125rem;
      cursor: pointer;

      &:hover {
        border-color: var(--cs-line-strong);
      }

      &[aria-pressed='true'] {
        border-color: var(--cs-accent);
        background: var(--cs-accent-soft);
        color: var(--cs-text);
      }
    }
  `,
})
export class StateFilter {
  readonly counts = input.required<Record<State, number>>();
  readonly value = input<State>();
  readonly picked = output<State | null>();

  protected readonly states = worstFirst;
}
