import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { routes, type User } from '@checkstack/api';
import { Api } from '../api/api.js';
import { showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { PasswordField } from '../ui/password-field.js';

/** Gives a user another password. Closes with the user. */
@Component({
  selector: 'cs-password-dialog',
  imports: [MatButton, MatDialogModule, Notice, PasswordField, ReactiveFormsModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>New password for {{ user.name }}</h2>
    <form [formGroup]="form" (ngSubmit)="save()">
      <mat-dialog-content>
        <div class="cs-form">
          <p>They are signed out everywhere, and sign in with this one from now on.</p>
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <input hidden type="text" autocomplete="username" [value]="user.email" />
          <cs-password-field label="New password" autocomplete="new-password" [control]="form.controls.password" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">Set the password</button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    form {
      display: contents;
    }
  `,
})
export class PasswordDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<PasswordDialog, User>>(MatDialogRef);

  protected readonly user = inject<User>(MAT_DIALOG_DATA);
  protected readonly form = inject(NonNullableFormBuilder).group({ password: ['', Validators.required] });
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { id, version } = this.user;
    const body = this.form.getRawValue();
    try {
      this.#opened.close(await this.#api.call(routes.users.update, { params: { id }, body, version }));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }
}
