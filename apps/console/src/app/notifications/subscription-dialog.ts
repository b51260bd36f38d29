import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import {
  families,
  importances,
  routes,
  type Family,
  type Importance,
  type Named,
  type Subscription,
  type Target,
} from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { NamedSearch } from '../loading/named-search.js';
import { Session } from '../session/session.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { familyWords, importanceWords, targetWords } from './notification-words.js';

/** What to hear of, from what on, and how often again. Closes with the saved subscription. */
@Component({
  selector: 'cs-subscription-dialog',
  imports: [
    ErrorSentence,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    NamedSearch,
    Notice,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './subscription-dialog.html',
  styles: `
    form {
      display: contents;
    }

    .cs-form {
      padding-top: 6px;
    }

    fieldset {
      padding: 0;
      margin: 0;
      border: 0;
    }

    legend {
      padding: 0;
      font-weight: 550;
    }

    mat-checkbox {
      display: block;
    }
  `,
})
export class SubscriptionDialog {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #opened = inject<MatDialogRef<SubscriptionDialog, Subscription>>(MatDialogRef);

  /** Undefined: a new one. */
  protected readonly subscription = inject<Subscription | undefined>(MAT_DIALOG_DATA, { optional: true });
  protected readonly families = families;
  protected readonly familyWords = familyWords;
  protected readonly importances = importances;
  protected readonly importanceWords = importanceWords;
  protected readonly heading = this.subscription
    ? `${this.subscription.recipient.kind === 'team' ? `${this.subscription.recipient.name}: ` : ''}${targetWords(this.subscription.target)}`
    : 'New subscription';

  protected readonly form = this.#builder.group({
    teamId: [''],
    kind: this.#builder.control<Target['kind']>('everything'),
    tag: ['', Validators.maxLength(60)],
    families: this.#builder.group(
      Object.fromEntries(
        families.map((family) => [
          family,
          (this.subscription?.families ?? ['state', 'incident', 'maintenance']).includes(family),
        ]),
      ) as Record<Family, boolean>,
    ),
    leastImportance: this.#builder.control<Importance>(this.subscription?.leastImportance ?? 'info'),
    reminderMinutes: this.#builder.control<number | null>(this.subscription?.reminderMinutes ?? null, [
      Validators.min(5),
      Validators.max(10_080),
    ]),
  });
  protected readonly chosen = signal<Named | undefined>(undefined);
  /** Those that one may subscribe. */
  protected readonly teams = loaded({
    params: () => (this.subscription || !this.#session.may('access.team.read') ? undefined : true),
    load: async (_, signal) => {
      const { items } = await this.#api.call(routes.teams.list, { signal });
      const me = this.#session.user()?.id;
      const mayAll = this.#session.may('access.team.manage');
      return items.filter(({ members }) => mayAll || members.some(({ userId, manager }) => manager && userId === me));
    },
  });
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected readonly findSystem = async (search: string, signal: AbortSignal): Promise<Named[]> => {
    const query = { limit: 50, ...(search && { search }) };
    return (await this.#api.call(routes.systems.list, { query, signal })).items;
  };
  protected readonly findGroup = async (search: string, signal: AbortSignal): Promise<Named[]> => {
    const { items } = await this.#api.call(routes.groups.list, { signal });
    return items.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  };

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    const target = this.#target();
    if (!this.subscription && !target) return this.trouble.set('Choose what it is about.');
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      this.#opened.close(await this.#send(target ?? { kind: 'everything' }));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #target(): Target | undefined {
    const { kind, tag } = this.form.getRawValue();
    const id = this.chosen()?.id;
    if (kind === 'everything') return { kind };
    if (kind === 'tag') return tag.trim() ? { kind, tag: tag.trim() } : undefined;
    return id === undefined ? undefined : { kind, id };
  }

  #send(target: Target): Promise<Subscription> {
    const { teamId, families: chosen, leastImportance, reminderMinutes } = this.form.getRawValue();
    const body = { families: families.filter((family) => chosen[family]), leastImportance, reminderMinutes };
    if (!this.subscription)
      return this.#api.call(routes.subscriptions.create, { body: { ...body, target, teamId: teamId || null } });
    const { id, version } = this.subscription;
    return this.#api.call(routes.subscriptions.update, { params: { id }, body, version });
  }
}
