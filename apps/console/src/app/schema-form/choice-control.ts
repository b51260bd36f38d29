import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { ProblemMark } from './problem.js';

/** One of a few: side by side while they are few and short, in a list otherwise. */
@Component({
  selector: 'cs-choice-control',
  imports: [MatButtonToggleModule, MatFormFieldModule, MatSelectModule, ProblemMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isShort()) {
      <div class="segmented">
        <span class="label" [id]="id() + '-label'">{{ label() }}</span>
        <mat-button-toggle-group
          hideSingleSelectionIndicator
          [id]="id()"
          [attr.aria-labelledby]="id() + '-label'"
          [value]="chosen()"
          (change)="choose.emit($any($event).value)"
        >
          @for (title of titles(); track $index) {
            <mat-button-toggle [value]="$index">{{ title }}</mat-button-toggle>
          }
        </mat-button-toggle-group>
        @if (problem() || hint(); as text) {
          <p [class.wrong]="problem()">{{ text }}</p>
        }
      </div>
    } @else {
      <mat-form-field>
        <mat-label>{{ label() }}</mat-label>
        <mat-select
          [id]="id()"
          [required]="required()"
          [csProblem]="problem()"
          [value]="chosen()"
          (valueChange)="choose.emit($event)"
        >
          @if (mayBeUnset()) {
            <mat-option [value]="-1">Not set</mat-option>
          }
          @for (title of titles(); track $index) {
            <mat-option [value]="$index">{{ title }}</mat-option>
          }
        </mat-select>
        @if (hint(); as hint) {
          <mat-hint>{{ hint }}</mat-hint>
        }
        <mat-error>{{ problem() }}</mat-error>
      </mat-form-field>
    }
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }

    .segmented {
      display: grid;
      justify-items: start;
      gap: 5px;
    }

    .label {
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      line-height: 1rem;
    }

    p {
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      line-height: 1rem;
    }

    .wrong {
      color: var(--cs-unhealthy);
    }
  `,
})
export class ChoiceControl {
  readonly id = input.required<string>();
  readonly label = input.required<string>();
  readonly titles = input.required<readonly string[]>();
  /** Position among the titles; -1: not set. */
  readonly chosen = input.required<number>();
  readonly hint = input('');
  readonly problem = input('');
  readonly required = input(false);
  readonly mayBeUnset = input(false);
  readonly choose = output<number>();

  protected readonly isShort = computed(() => {
    const titles = this.titles();
    return !this.mayBeUnset() && titles.length <= 4 && titles.join('').length <= 24;
  });
}
