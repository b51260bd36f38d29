import { ChangeDetectionStrategy, Component, input, signal } from '@angular/core';
import { ReactiveFormsModule, type FormControl } from '@angular/forms';
import { MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { ErrorSentence } from './form-errors.js';
import { Icon } from './icon.js';

/** A password that can be looked at while it is typed. */
@Component({
  selector: 'cs-password-field',
  imports: [ErrorSentence, Icon, MatFormFieldModule, MatIconButton, MatInput, ReactiveFormsModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <input
        matInput
        [type]="isShown() ? 'text' : 'password'"
        [formControl]="control()"
        [autocomplete]="autocomplete()"
        spellcheck="false"
        autocapitalize="off"
      />
      <button
        matSuffix
        matIconButton
        type="button"
        [attr.aria-label]="'Show ' + label().toLowerCase()"
        [attr.aria-pressed]="isShown()"
        (click)="isShown.set(!isShown())"
      >
        <cs-icon [name]="isShown() ? 'eye-off' : 'eye'" />
      </button>
      @if (hint(); as hint) {
        <mat-hint>{{ hint }}</mat-hint>
      }
      <mat-error><cs-error-sentence [of]="control()" /></mat-error>
    </mat-form-field>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
  `,
})
export class PasswordField {
  readonly label = input.required<string>();
  readonly control = input.required<FormControl<string>>();
  readonly autocomplete = input<'current-password' | 'new-password'>('current-password');
  readonly hint = input<string>();

  protected readonly isShown = signal(false);
}
