import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { impacts, routes, type Dependency, type Impact, type Named } from '@checkstack/api';
import { Api } from '../api/api.js';
import { ApiProblem, toApiProblem } from '../api/api-problem.js';
import { loaded } from '../loading/loaded.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { impactMeaning, impactWords } from './dependency-words.js';
import type { DependencyQuestion } from './open-dependency-dialog.js';

const listed = 50;

/** Which system needs which, and what that does to its state. */
@Component({
  selector: 'cs-dependency-dialog',
  imports: [
    ErrorSentence,
    Icon,
    MatAutocompleteModule,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    MatSelectModule,
    Notice,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './dependency-dialog.html',
  styleUrl: './dependency-dialog.scss',
})
export class DependencyDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<DependencyDialog, Dependency>>(MatDialogRef);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #question = inject<DependencyQuestion>(MAT_DIALOG_DATA);

  protected readonly dependency = 'dependency' in this.#question ? this.#question.dependency : undefined;
  protected readonly downstream =
    'downstream' in this.#question ? this.#question.downstream : this.dependency?.downstream;
  protected readonly upstream = 'upstream' in this.#question ? this.#question.upstream : this.dependency?.upstream;
  protected readonly impacts = impacts.toReversed();
  protected readonly impactWords = impactWords;
  protected readonly impactMeaning = impactMeaning;

  protected readonly form = this.#builder.group({
    other: this.#builder.control<Named | string>('', this.dependency ? [] : Validators.required),
    impact: this.#builder.control<Impact>(this.dependency?.impact ?? 'critical'),
    transitive: [this.dependency?.transitive ?? true],
    label: [this.dependency?.label ?? '', Validators.maxLength(120)],
    rules: this.#builder.array((this.dependency?.rules ?? []).map((rule) => this.#rule(rule))),
  });
  readonly #other = toSignal(this.form.controls.other.valueChanges, { initialValue: '' });
  readonly #upstreamId = computed(() => {
    const other = this.#other();
    return this.upstream?.id ?? (typeof other === 'object' ? other.id : undefined);
  });
  /** The field itself holds nothing but what was chosen. */
  protected readonly search = signal('');
  protected readonly choices = loaded({
    params: () => (this.dependency ? undefined : { search: this.search() }),
    load: async ({ search }, signal) => {
      const query = { limit: listed, ...(search ? { search } : {}) };
      const { items } = await this.#api.call(routes.systems.list, { query, signal });
      const given = this.downstream ?? this.upstream;
      return items.filter(({ id }) => id !== given?.id).map(({ id, name }): Named => ({ id, name }));
    },
  });
  /** Attached to the upstream system; and those that a rule names though they are not any more. */
  protected readonly checks = loaded({
    params: () => this.#upstreamId(),
    load: async (systemId, signal) => {
      const assignments = await this.#api.all(routes.assignments.list, { query: { systemId }, signal });
      const attached = assignments.map(({ check }): Named => ({ id: check.id, name: check.name }));
      const gone = (this.dependency?.rules ?? []).filter(({ checkId }) => !attached.some(({ id }) => id === checkId));
      return [
        ...attached,
        ...gone.map(({ checkId, checkName }): Named => ({
          id: checkId,
          name: checkName === null ? 'A deleted check' : `${checkName} (not attached any more)`,
        })),
      ];
    },
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);
  protected readonly nameOf = (other: Named | string): string => (typeof other === 'string' ? other : other.name);

  protected addRule(): void {
    const named = new Set(this.form.controls.rules.getRawValue().map(({ checkId }) => checkId));
    const checkId = this.checks.value()?.find(({ id }) => !named.has(id))?.id ?? '';
    this.form.controls.rules.push(this.#rule({ checkId, from: 'unhealthy', impact: 'critical' }));
  }

  protected async save(): Promise<void> {
    const { other, ...body } = this.form.getRawValue();
    if (!this.dependency && typeof other === 'string')
      this.form.controls.other.setErrors({ told: 'Choose one of the list.' });
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      this.#opened.close(await this.#send(body, typeof other === 'string' ? undefined : other));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, aboutOther(error)));
      this.isSaving.set(false);
    }
  }

  #send(body: DependencyBody, other: Named | undefined): Promise<Dependency> {
    if (this.dependency) {
      const { id, version } = this.dependency;
      return this.#api.call(routes.dependencies.update, { params: { id }, body, version });
    }
    const downstreamId = (this.downstream ?? other)?.id ?? '';
    const upstreamId = (this.upstream ?? other)?.id ?? '';
    return this.#api.call(routes.dependencies.create, { body: { ...body, downstreamId, upstreamId } });
  }

  #rule({ checkId, from, impact }: Rule) {
    return this.#builder.group({
      checkId: [checkId, Validators.required],
      from: this.#builder.control(from),
      impact: this.#builder.control(impact),
    });
  }
}

/** Whichever end is chosen, it is chosen in one field. */
function aboutOther(error: unknown): ApiProblem {
  const { status, code, title, detail, fields } = toApiProblem(error);
  const shown = fields.map((field) => (/^(up|down)streamId$/.test(field.path) ? { ...field, path: 'other' } : field));
  return new ApiProblem(status, code, title, detail, shown);
}

type Rule = Pick<Dependency['rules'][number], 'checkId' | 'from' | 'impact'>;
type DependencyBody = Pick<Dependency, 'impact' | 'transitive' | 'label'> & { rules: Rule[] };
