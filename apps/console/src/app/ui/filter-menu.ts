import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Icon } from './icon.js';

export interface FilterOption {
  value: string;
  label: string;
}

/** One filter of a list: everything, or one of the options. */
@Component({
  selector: 'cs-filter-menu',
  imports: [Icon, MatMenuModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button type="button" [class.set]="chosen()" [matMenuTriggerFor]="menu">
      {{ label() }}
      @if (chosen(); as chosen) {
        <strong class="cs-clip">{{ chosen.label }}</strong>
      }
      <cs-icon name="chevron-down" [size]="13" />
    </button>
    <mat-menu #menu="matMenu">
      <button
        mat-menu-item
        type="button"
        role="menuitemradio"
        [attr.aria-checked]="!chosen()"
        (click)="picked.emit(null)"
      >
        All
      </button>
      @for (option of options(); track option.value) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="option.value === value()"
          (click)="picked.emit(option.value)"
        >
          {{ option.label }}
          @if (option.value === value()) {
            <cs-icon class="ticked" name="tick" />
          }
        </button>
      }
    </mat-menu>
  `,
  styles: `
    button:not([mat-menu-item]) {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      max-width: 260px;
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
        color: var(--cs-text);
      }
    }

    .set:not([mat-menu-item]) {
      border-color: var(--cs-accent);
    }

    strong {
      color: var(--cs-text);
      font-weight: 550;
    }

    .ticked {
      margin: 0 0 0 10px;
    }
  `,
})
export class FilterMenu {
  readonly label = input.required<string>();
  readonly options = input.required<readonly FilterOption[]>();
  readonly value = input<string>();
  /** Null: all. */
  readonly picked = output<string | null>();

  protected readonly chosen = computed(() => {
    const value = this.value();
    // What was filtered by may be gone; the filter still says so.
    return value ? (this.options().find((option) => option.value === value) ?? { value, label: value }) : undefined;
  });
}
