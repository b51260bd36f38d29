import { ChangeDetectionStrategy, Component, inject, Injector, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { routes, type Environment } from '@checkstack/api';
import { Api } from '../api/api.js';
import { toApiProblem } from '../api/api-problem.js';
import { focusField } from '../schema-form/focus.js';
import { check, firstError, refuse } from '../schema-form/form-errors.js';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { makeForm } from '../schema-form/make-form.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Notice } from '../ui/notice.js';

const schema: JsonSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name', minLength: 1, maxLength: 120, examples: ['production'] },
    description: { type: 'string', title: 'Description', multiline: true, maxLength: 4000, default: '' },
    fields: {
      type: 'object',
      title: 'Fields',
      description: 'Checks use them as {{ environment.name }}.',
      default: {},
      examples: [{ host: 'shop.example.org' }],
      propertyNames: { type: 'string', minLength: 1, pattern: '^[a-zA-Z_][\\w-]{0,59}$', examples: ['host'] },
      additionalProperties: { type: 'string', maxLength: 2000 },
    },
  },
  required: ['name'],
};

type Body = Pick<Environment, 'name' | 'description' | 'fields'>;

/** An environment with its fields. Closes with the saved one. */
@Component({
  selector: 'cs-environment-dialog',
  imports: [MatButton, MatDialogModule, Notice, SchemaForm],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ environment ? 'Edit environment' : 'New environment' }}</h2>
    <form novalidate (submit)="save($event)">
      <mat-dialog-content>
        @if (trouble(); as trouble) {
          <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
        }
        <cs-schema-form class="form" [form]="form" />
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">
          {{ environment ? 'Save' : 'Add environment' }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    form {
      display: contents;
    }

    .form {
      display: block;
      padding-top: 8px;
    }
  `,
})
export class EnvironmentDialog {
  readonly #api = inject(Api);
  readonly #injector = inject(Injector);
  readonly #opened = inject<MatDialogRef<EnvironmentDialog, Environment>>(MatDialogRef);

  /** Undefined: a new one. */
  protected readonly environment = inject<Environment | undefined>(MAT_DIALOG_DATA, { optional: true });
  protected readonly form = makeForm(schema, this.environment ?? undefined);
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.trouble.set(undefined);
    if (!check(this.form)) return this.#showFirstError();
    this.isSaving.set(true);
    const body = this.form.value() as Body;
    try {
      this.#opened.close(await this.#send(body));
    } catch (error) {
      const problem = toApiProblem(error);
      refuse(this.form, problem.fields);
      if (problem.fields.length === 0) this.trouble.set(problem.detail);
      this.#showFirstError();
      this.isSaving.set(false);
    }
  }

  #send(body: Body): Promise<Environment> {
    if (!this.environment) return this.#api.call(routes.environments.create, { body });
    const { id, version } = this.environment;
    return this.#api.call(routes.environments.update, { params: { id }, body, version });
  }

  #showFirstError(): void {
    const wrong = firstError(this.form);
    if (wrong) focusField(wrong, this.#injector);
  }
}
