import { ChangeDetectionStrategy, Component, effect, inject, input } from '@angular/core';
import type { AnyField } from './field.js';
import { SchemaField } from './schema-field.js';
import { Templates, type TemplateName } from './templates.js';

/** A form drawn from a JSON Schema: make its fields with `makeForm`, read them with `form.value()`. */
@Component({
  selector: 'cs-schema-form',
  imports: [SchemaField],
  providers: [Templates],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '<cs-schema-field [field]="form()" />',
})
export class SchemaForm {
  readonly form = input.required<AnyField>();
  /** What may stand in `{{ … }}` in templatable fields. */
  readonly templates = input<readonly TemplateName[]>([]);

  constructor() {
    const templates = inject(Templates);
    effect(() => templates.names.set(this.templates()));
  }
}
