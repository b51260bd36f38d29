import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

export interface Choice<Value extends string = string> {
  value: Value;
  label: string;
}

/** One of a few, all in sight. */
@Component({
  selector: 'cs-choice-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'label()' },
  template: `
    @for (choice of choices(); track choice.value) {
      <button type="button" [attr.aria-pressed]="choice.value === value()" (click)="picked.emit(choice.value)">
        {{ choice.label }}
      </button>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      padding: 2px;
      border: 1px solid var(--cs-line);
      border-radius: 7px;
      background: var(--cs-sunken);
    }

    button {
      min-height: 26px;
      padding: 0 9px;
      border: 0;
      border-radius: 5px;
      background: none;
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.75rem;
      font-weight: 550;
      cursor: pointer;

      &:hover {
        color: var(--cs-text);
      }

      &[aria-pressed='true'] {
        background: var(--cs-surface);
        color: var(--cs-text);
        box-shadow: 0 0 0 1px var(--cs-line);
      }
    }
  `,
})
export class ChoiceBar<Value extends string = string> {
  /** What is chosen, for assistive technology. */
  readonly label = input.required<string>();
  readonly choices = input.required<readonly Choice<Value>[]>();
  readonly value = input.required<Value>();
  readonly picked = output<Value>();
}
