import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { FormGroupDirective, NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { routes, type SignedInBrowser } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { PasswordField } from '../ui/password-field.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { browserWords } from './browser-words.js';

/** One's own password, and the browsers one is signed in with. */
@Component({
  selector: 'cs-account',
  imports: [Icon, LoadingView, MatButton, Notice, PageHeader, PasswordField, ReactiveFormsModule, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './account.html',
  styleUrl: './account.scss',
})
export class Account {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);

  protected readonly session = inject(Session);
  protected readonly browsers = loaded({
    load: async (_, signal) => (await this.#api.call(routes.session.list, { signal })).items,
  });
  protected readonly form = inject(NonNullableFormBuilder).group({
    current: ['', Validators.required],
    next: ['', Validators.required],
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSending = signal(false);
  protected readonly browserWords = browserWords;

  protected async changePassword(shown: FormGroupDirective): Promise<void> {
    if (this.form.invalid) return;
    this.isSending.set(true);
    this.trouble.set(undefined);
    try {
      await this.#api.call(routes.session.changePassword, { body: this.form.getRawValue() });
      shown.resetForm();
      this.#toasts.done('The password is changed; all other browsers are signed out.');
      this.browsers.reload();
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
    } finally {
      this.isSending.set(false);
    }
  }

  protected async revoke({ id }: SignedInBrowser): Promise<void> {
    try {
      await this.#api.call(routes.session.revoke, { params: { id } });
      this.#toasts.done('That browser is signed out.');
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.browsers.reload();
  }
}
