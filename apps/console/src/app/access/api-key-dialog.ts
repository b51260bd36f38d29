import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Session } from '../session/session.js';
import { CopyButton } from '../ui/copy-button.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { loadedRoles } from './loaded-roles.js';
import { RoleField } from './role-field.js';

const dayMs = 86_400_000;

/** Makes an API key and shows it, once. */
@Component({
  selector: 'cs-api-key-dialog',
  imports: [
    CopyButton,
    ErrorSentence,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    Notice,
    ReactiveFormsModule,
    RoleField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ key() ? 'The new API key' : 'New API key' }}</h2>
    @if (key(); as key) {
      <mat-dialog-content>
        <cs-notice tone="degraded">The key is shown only now. Copy it to where it is used.</cs-notice>
        <div class="key">
          <code aria-label="API key">{{ key }}</code>
          <cs-copy what="API key" [text]="key" />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton="filled" type="button" matDialogClose>I have copied it</button>
      </mat-dialog-actions>
    } @else {
      <form [formGroup]="form" (ngSubmit)="create()">
        <mat-dialog-content>
          <div class="cs-form">
            @if (trouble(); as trouble) {
              <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
            }
            <mat-form-field>
              <mat-label>Name</mat-label>
              <input matInput formControlName="name" autocomplete="off" placeholder="Deployment pipeline" />
              <mat-hint>Who or what uses it.</mat-hint>
              <mat-error><cs-error-sentence [of]="form.controls.name" /></mat-error>
            </mat-form-field>
            <cs-role-field [roles]="mayGive()" [control]="form.controls.roleId" />
            <mat-form-field>
              <mat-label>Ends</mat-label>
              <mat-select formControlName="days">
                <mat-option [value]="30">In 30 days</mat-option>
                <mat-option [value]="90">In 90 days</mat-option>
                <mat-option [value]="365">In a year</mat-option>
                <mat-option [value]="0">Never</mat-option>
              </mat-select>
            </mat-form-field>
          </div>
        </mat-dialog-content>
        <mat-dialog-actions align="end">
          <button matButton type="button" matDialogClose>Cancel</button>
          <button matButton="filled" type="submit" [disabled]="isSending()">Make the key</button>
        </mat-dialog-actions>
      </form>
    }
  `,
  styles: `
    form {
      display: contents;
    }

    .cs-form {
      padding-top: 6px;
    }

    .key {
      display: flex;
      align-items: center;
      gap: 6px;
      margin-top: 14px;
      padding: 4px 4px 4px 12px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius-small);
      background: var(--cs-sunken);
    }

    code {
      flex: 1;
      overflow-wrap: anywhere;
    }
  `,
})
export class ApiKeyDialog {
  readonly #api = inject(Api);
  readonly #opened = inject(MatDialogRef);
  readonly #session = inject(Session);

  protected readonly form = inject(NonNullableFormBuilder).group({
    name: ['', Validators.required],
    roleId: ['', Validators.required],
    days: [90],
  });
  protected readonly roles = loadedRoles();
  /** A key may not do more than who makes it. */
  protected readonly mayGive = computed(() =>
    (this.roles.value() ?? []).filter(({ rules }) => rules.every((rule) => this.#session.may(rule))),
  );
  protected readonly key = signal<string | undefined>(undefined);
  protected readonly isSending = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async create(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSending.set(true);
    this.trouble.set(undefined);
    const { name, roleId, days } = this.form.getRawValue();
    const expiresAt = days === 0 ? null : new Date(Date.now() + days * dayMs).toISOString();
    try {
      const made = await this.#api.call(routes.apiKeys.create, { body: { name, roleId, expiresAt } });
      this.key.set(made.key);
      // A stray click or Escape must not lose what is shown only once.
      this.#opened.disableClose = true;
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
    } finally {
      this.isSending.set(false);
    }
  }
}
