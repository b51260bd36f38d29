import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { ReactiveFormsModule, type FormControl } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import type { Role } from '@checkstack/api';
import { ErrorSentence } from '../ui/form-errors.js';

/** One of the roles, each with what it allows. */
@Component({
  selector: 'cs-role-field',
  imports: [ErrorSentence, MatFormFieldModule, MatSelectModule, ReactiveFormsModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field>
      <mat-label>Role</mat-label>
      <mat-select [formControl]="control()">
        <mat-select-trigger>{{ chosen() }}</mat-select-trigger>
        @for (role of roles(); track role.id) {
          <mat-option [value]="role.id"
            >{{ role.name }} <span class="cs-faint">{{ wordsOf(role) }}</span></mat-option
          >
        }
      </mat-select>
      <mat-error><cs-error-sentence [of]="control()" /></mat-error>
    </mat-form-field>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
  `,
})
export class RoleField {
  readonly roles = input.required<readonly Role[]>();
  readonly control = input.required<FormControl<string>>();

  // Controls are no signals: read at every check.
  protected chosen(): string {
    return this.roles().find(({ id }) => id === this.control().value)?.name ?? '';
  }

  protected wordsOf({ rules }: Role): string {
    const manages = rules.filter((rule) => rule.endsWith('.manage')).length;
    const reads = rules.length - manages;
    return manages === 0 ? `reads ${reads} areas` : `manages ${manages} areas${reads ? `, reads ${reads}` : ''}`;
  }
}
