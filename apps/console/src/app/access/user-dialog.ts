import { ChangeDetectionStrategy, Component, effect, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { routes, type User } from '@checkstack/api';
import { Api } from '../api/api.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { PasswordField } from '../ui/password-field.js';
import { loadedRoles } from './loaded-roles.js';
import { RoleField } from './role-field.js';

/** A new user, or the name and role of one. Closes with the saved one. */
@Component({
  selector: 'cs-user-dialog',
  imports: [
    ErrorSentence,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    Notice,
    PasswordField,
    ReactiveFormsModule,
    RoleField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ user ? 'Name and role' : 'New user' }}</h2>
    <form [formGroup]="form" (ngSubmit)="save()">
      <mat-dialog-content>
        <div class="cs-form">
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field>
            <mat-label>Name</mat-label>
            <input matInput formControlName="name" autocomplete="off" />
            <mat-error><cs-error-sentence [of]="form.controls.name" /></mat-error>
          </mat-form-field>
          @if (!user) {
            <mat-form-field>
              <mat-label>Mail address</mat-label>
              <input matInput type="email" formControlName="email" autocomplete="off" />
              <mat-error><cs-error-sentence [of]="form.controls.email" /></mat-error>
            </mat-form-field>
          }
          <cs-role-field [roles]="roles.value() ?? []" [control]="form.controls.roleId" />
          @if (!user) {
            <cs-password-field
              label="First password"
              autocomplete="new-password"
              hint="Tell them, and ask them to change it in their account."
              [control]="form.controls.password"
            />
          }
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">{{ user ? 'Save' : 'Add user' }}</button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    form {
      display: contents;
    }

    .cs-form {
      padding-top: 6px;
    }
  `,
})
export class UserDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<UserDialog, User>>(MatDialogRef);

  /** Undefined: a new one. */
  protected readonly user = inject<User | undefined>(MAT_DIALOG_DATA, { optional: true });
  protected readonly form = inject(NonNullableFormBuilder).group({
    name: [this.user?.name ?? '', Validators.required],
    email: ['', this.user ? [] : [Validators.required, Validators.email]],
    roleId: [this.user?.role.id ?? '', Validators.required],
    password: ['', this.user ? [] : Validators.required],
  });
  protected readonly roles = loadedRoles();
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  constructor() {
    effect(() => {
      const roles = this.roles.value();
      const { roleId } = this.form.controls;
      // The one that can do least harm.
      if (roles && !roleId.value) roleId.setValue(roles.find(({ name }) => name === 'viewer')?.id ?? '');
    });
  }

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      this.#opened.close(await this.#send());
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #send(): Promise<User> {
    const { name, email, roleId, password } = this.form.getRawValue();
    if (!this.user) return this.#api.call(routes.users.create, { body: { name, email, roleId, password } });
    const { id, version } = this.user;
    return this.#api.call(routes.users.update, { params: { id }, body: { name, roleId }, version });
  }
}
