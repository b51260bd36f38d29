import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { Icon } from '../ui/icon.js';
import { boundWords, typeWords, type Operation } from './api-document.js';
import { SchemaTree } from './schema-tree.js';

/** One call: folded to a line, or with all that goes in and comes out. */
@Component({
  selector: 'cs-operation',
  imports: [Icon, RouterLink, SchemaTree],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './operation-card.html',
  styleUrl: './operation-card.scss',
})
export class OperationCard {
  readonly operation = input.required<Operation>();
  readonly schemas = input.required<Record<string, JsonSchema>>();
  readonly open = input(false);
  readonly toggled = output();

  protected type(schema: JsonSchema): string {
    return typeWords(schema, this.schemas());
  }

  protected readonly bounds = boundWords;
}
