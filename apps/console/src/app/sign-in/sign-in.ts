import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators, type FormControl } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Router } from '@angular/router';
import { routes } from '@checkstack/api';
import { AnnouncementsHere } from '../announcements/announcements-here.js';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { returnTarget } from '../session/return-to.js';
import { Session } from '../session/session.js';
import { Entrance } from '../ui/entrance.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { PasswordField } from '../ui/password-field.js';
import { loginFields } from './login-field.js';

/** The form that the chosen login strategy asks for. */
@Component({
  selector: 'cs-sign-in',
  imports: [
    AnnouncementsHere,
    Entrance,
    ErrorSentence,
    LoadingView,
    MatButton,
    MatFormFieldModule,
    MatInput,
    Notice,
    PasswordField,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-entrance heading="Sign in" [text]="login()?.description ?? ''">
      <cs-announcements place="all" />
      <cs-loading [of]="logins" shape="line" />
      <form class="cs-form" [formGroup]="form()" (ngSubmit)="signIn()">
        @if (trouble(); as trouble) {
          <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
        }
        @for (field of fields(); track field.name) {
          @if (field.isSecret) {
            <cs-password-field [label]="field.title" [control]="control(field.name)" />
          } @else {
            <mat-form-field>
              <mat-label>{{ field.title }}</mat-label>
              <input
                matInput
                [type]="field.isEmail ? 'email' : 'text'"
                [formControl]="control(field.name)"
                autocomplete="username"
                autocapitalize="off"
                spellcheck="false"
              />
              <mat-error><cs-error-sentence [of]="control(field.name)" /></mat-error>
            </mat-form-field>
          }
        }
        @if (login()) {
          <button matButton="filled" type="submit" [disabled]="isSending()">Sign in</button>
        }
      </form>
      @if (others().length > 0) {
        <div class="others">
          @for (other of others(); track other.id) {
            <button matButton="outlined" type="button" (click)="chosen.set(other.id)">{{ other.title }}</button>
          }
        </div>
      }
    </cs-entrance>
  `,
  styles: `
    .others {
      display: grid;
      gap: 8px;
      margin-top: 16px;
      padding-top: 16px;
      border-top: 1px solid var(--cs-line);
    }
  `,
})
export class SignIn {
  readonly #api = inject(Api);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #router = inject(Router);
  readonly #session = inject(Session);

  /** Where somebody wanted to go. */
  readonly returnTo = input<string>();

  protected readonly logins = loaded({
    load: async (_, signal) => (await this.#api.call(routes.session.logins, { signal })).items,
  });
  protected readonly chosen = linkedSignal(() => this.logins.value()?.[0]?.id);
  protected readonly login = computed(() => this.logins.value()?.find(({ id }) => id === this.chosen()));
  protected readonly others = computed(() => this.logins.value()?.filter(({ id }) => id !== this.chosen()) ?? []);
  protected readonly fields = computed(() => loginFields(this.login()?.form ?? {}));
  protected readonly form = computed(() =>
    this.#builder.group(
      Object.fromEntries(
        this.fields().map(({ name, isRequired }) => [name, ['', isRequired ? Validators.required : []]]),
      ),
    ),
  );
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSending = signal(false);

  protected control(name: string): FormControl<string> {
    return this.form().get(name) as FormControl<string>;
  }

  protected async signIn(): Promise<void> {
    const form = this.form();
    const login = this.login();
    form.markAllAsTouched();
    if (form.invalid || !login) return;
    this.isSending.set(true);
    this.trouble.set(undefined);
    try {
      const body = { login: login.id, input: form.getRawValue() };
      this.#session.entered(await this.#api.call(routes.session.signIn, { body }));
      await this.#router.navigateByUrl(returnTarget(this.returnTo()));
    } catch (error) {
      this.trouble.set(showRefusal(form, error));
    } finally {
      this.isSending.set(false);
    }
  }
}
