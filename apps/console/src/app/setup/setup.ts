import { ChangeDetectionStrategy, Component, effect, inject, input, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router } from '@angular/router';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Session } from '../session/session.js';
import { Entrance } from '../ui/entrance.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { PasswordField } from '../ui/password-field.js';

/** The first administrator of a new hub. The link from the hub’s log brings the token along. */
@Component({
  selector: 'cs-setup',
  imports: [
    Entrance,
    ErrorSentence,
    MatButton,
    MatFormFieldModule,
    MatInput,
    Notice,
    PasswordField,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-entrance
      heading="Set up Checkstack"
      text="Create the first administrator. The set-up token is in the output of the hub, right where it started."
    >
      <form class="cs-form" [formGroup]="form" (ngSubmit)="complete()">
        @if (trouble(); as trouble) {
          <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
        }
        <mat-form-field>
          <mat-label>Set-up token</mat-label>
          <input matInput class="cs-mono" formControlName="token" autocomplete="off" spellcheck="false" />
          <mat-error><cs-error-sentence [of]="form.controls.token" /></mat-error>
        </mat-form-field>
        <mat-form-field>
          <mat-label>Your name</mat-label>
          <input matInput formControlName="name" autocomplete="name" />
          <mat-error><cs-error-sentence [of]="form.controls.name" /></mat-error>
        </mat-form-field>
        <mat-form-field>
          <mat-label>Mail address</mat-label>
          <input matInput type="email" formControlName="email" autocomplete="username" />
          <mat-error><cs-error-sentence [of]="form.controls.email" /></mat-error>
        </mat-form-field>
        <cs-password-field label="Password" autocomplete="new-password" [control]="form.controls.password" />
        <button matButton="filled" type="submit" [disabled]="isSending()">Create and sign in</button>
      </form>
    </cs-entrance>
  `,
})
export class Setup {
  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #session = inject(Session);

  /** From the link. */
  readonly token = input<string>();

  protected readonly form = inject(NonNullableFormBuilder).group({
    token: ['', Validators.required],
    name: ['', Validators.required],
    email: ['', [Validators.required, Validators.email]],
    password: ['', Validators.required],
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSending = signal(false);

  constructor() {
    effect(() => this.form.controls.token.setValue(this.token() ?? ''));
  }

  protected async complete(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSending.set(true);
    this.trouble.set(undefined);
    try {
      this.#session.entered(await this.#api.call(routes.setup.complete, { body: this.form.getRawValue() }));
      await this.#router.navigateByUrl('/');
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
    } finally {
      this.isSending.set(false);
    }
  }
}
