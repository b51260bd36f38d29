import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators, type ValidatorFn } from '@angular/forms';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { RouterLink } from '@angular/router';
import { routes, type Assignment, type Named } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { JudgementFields } from './judgement-fields.js';
import { judgementForm, judgementOf } from './judgement-form.js';
import type { AssignmentQuestion } from './open-assignment-dialog.js';
import { PlacesDraft, type Places } from './places-draft.js';
import { PlacesField } from './places-field.js';

const listed = 50;

/** Which check watches which system, from where, and how soon a state follows. */
@Component({
  selector: 'cs-assignment-dialog',
  imports: [
    ErrorSentence,
    MatAutocompleteModule,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    JudgementFields,
    MatSelectModule,
    Notice,
    PlacesField,
    ReactiveFormsModule,
    RouterLink,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './assignment-dialog.html',
  styleUrl: './assignment-dialog.scss',
})
export class AssignmentDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<AssignmentDialog, Assignment>>(MatDialogRef);
  readonly #builder = inject(NonNullableFormBuilder);

  protected readonly question = inject<AssignmentQuestion>(MAT_DIALOG_DATA);
  protected readonly assignment = this.question.assignment;
  /** What is still to be chosen. */
  protected readonly open =
    this.assignment || (this.question.check && this.question.system)
      ? undefined
      : this.question.system
        ? ('check' as const)
        : ('system' as const);

  protected readonly form = this.#builder.group({
    other: this.#builder.control<Named | string>('', this.open ? Validators.required : []),
    environments: this.#builder.control<'all' | 'none' | 'chosen'>(this.assignment?.environments.mode ?? 'all'),
    environmentIds: [this.assignment?.environments.mode === 'chosen' ? this.assignment.environments.ids : []],
    thresholds: judgementForm(this.#builder, this.assignment),
    retentionDays: [this.assignment?.retentionDays ?? 7, days(1, 30)],
    hourlyRetentionDays: [this.assignment?.hourlyRetentionDays ?? 30, days(7, 90)],
    dailyRetentionDays: [this.assignment?.dailyRetentionDays ?? 365, days(30, 1095)],
    confirm: [this.assignment?.confirm ?? true],
    enabled: [this.assignment?.enabled ?? true],
  });
  readonly #other = toSignal(this.form.controls.other.valueChanges, { initialValue: '' });
  readonly #mode = toSignal(this.form.controls.environments.valueChanges, {
    initialValue: this.form.controls.environments.value,
  });

  protected readonly places = new PlacesDraft(this.assignment);
  /** What is typed: the field itself takes only what is chosen. */
  protected readonly search = signal('');
  protected readonly choices = loaded({
    params: () => (this.open ? { search: this.search() } : undefined),
    load: async ({ search }, signal) => {
      const query = { limit: listed, ...(search ? { search } : {}) };
      const { items } =
        this.open === 'check'
          ? await this.#api.call(routes.checks.list, { query, signal })
          : await this.#api.call(routes.systems.list, { query, signal });
      return items.map(({ id, name }): Named => ({ id, name }));
    },
  });
  readonly #systemId = computed(() => {
    const other = this.#other();
    const chosen = this.open === 'system' && typeof other === 'object' ? other.id : undefined;
    return this.assignment?.systemId ?? this.question.system?.id ?? chosen;
  });
  protected readonly environments = loaded({
    params: () => this.#systemId(),
    load: async (id, signal) => (await this.#api.call(routes.systems.read, { params: { id }, signal })).environments,
  });
  protected readonly choosesEnvironments = computed(() => this.#mode() === 'chosen');
  protected readonly tiers = [
    { name: 'retentionDays', label: 'Single runs', least: 1, most: 30 },
    { name: 'hourlyRetentionDays', label: 'By the hour', least: 7, most: 90 },
    { name: 'dailyRetentionDays', label: 'By the day', least: 30, most: 1095 },
  ] as const;
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);
  protected readonly nameOf = (other: Named | string): string => (typeof other === 'string' ? other : other.name);

  protected async save(): Promise<void> {
    const { other, environments, environmentIds, ...rest } = this.form.getRawValue();
    if (this.open && typeof other === 'string') this.form.controls.other.setErrors({ told: 'Choose one of the list.' });
    if (environments === 'chosen' && environmentIds.length === 0) {
      this.form.controls.environmentIds.setErrors({ required: true });
    }
    this.form.markAllAsTouched();
    this.places.touched.set(true);
    if (this.form.invalid || this.places.isEmpty()) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const body = {
      ...rest,
      ...judgementOf(this.form.controls.thresholds),
      ...this.places.value(),
      environments: environments === 'chosen' ? { mode: environments, ids: environmentIds } : { mode: environments },
    };
    try {
      this.#opened.close(await this.#send(body, typeof other === 'string' ? undefined : other));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #send(body: AssignmentBody, other: Named | undefined): Promise<Assignment> {
    if (this.assignment) {
      const { id, version } = this.assignment;
      return this.#api.call(routes.assignments.update, { params: { id }, body, version });
    }
    const checkId = this.question.check?.id ?? other?.id ?? '';
    const systemId = this.question.system?.id ?? other?.id ?? '';
    return this.#api.call(routes.assignments.create, { body: { ...body, checkId, systemId } });
  }
}

type AssignmentBody = Places &
  Pick<Assignment, 'environments' | 'thresholds' | 'quorum' | Retention | 'confirm' | 'enabled'>;

type Retention = 'retentionDays' | 'hourlyRetentionDays' | 'dailyRetentionDays';

function days(least: number, most: number): ValidatorFn[] {
  return [Validators.required, Validators.min(least), Validators.max(most)];
}
