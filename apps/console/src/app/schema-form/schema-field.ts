import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { ChoiceControl } from './choice-control.js';
import type { AnyField } from './field.js';
import { ObjectGroup } from './object-group.js';
import { Rows } from './rows.js';
import { SecretControl } from './secret-control.js';
import { TextControl } from './text-control.js';

/** Any field of a form made from a schema, with everything within. */
@Component({
  selector: 'cs-schema-field',
  imports: [ChoiceControl, MatCheckbox, ObjectGroup, Rows, SecretControl, TextControl],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-template #child let-inner let-label="label"><cs-schema-field [field]="inner" [label]="label" /></ng-template>
    @let given = field();
    @switch (given.kind) {
      @case ('text') {
        <cs-text-control [field]="given" [label]="label()" />
      }
      @case ('number') {
        <cs-text-control [field]="given" [label]="label()" />
      }
      @case ('json') {
        <cs-text-control [field]="given" [label]="label()" />
      }
      @case ('secret') {
        <cs-secret-control [field]="given" />
      }
      @case ('choice') {
        <cs-choice-control
          [id]="given.id"
          [label]="name()"
          [titles]="titles()"
          [hint]="given.hint"
          [problem]="given.error()"
          [required]="given.required"
          [mayBeUnset]="given.mayBeUnset"
          [chosen]="given.chosen()"
          (choose)="given.chosen.set($event)"
        />
      }
      @case ('flag') {
        <mat-checkbox [id]="given.id" [checked]="given.on() ?? false" (change)="given.on.set($event.checked)">{{
          name()
        }}</mat-checkbox>
        <p class="hint" [class.wrong]="given.error()">{{ given.error() || given.hint }}</p>
      }
      @case ('union') {
        <div class="union">
          <cs-choice-control
            [id]="given.id"
            [label]="name()"
            [titles]="given.titles"
            [hint]="given.hint"
            [problem]="given.error()"
            [required]="given.required"
            [mayBeUnset]="given.mayBeUnset"
            [chosen]="given.chosen()"
            (choose)="given.choose($event)"
          />
          @for (inner of given.children(); track inner) {
            <div class="variant" [class.empty]="inner.children().length === 0 && inner.kind === 'object'">
              <cs-schema-field [field]="inner" />
            </div>
          }
        </div>
      }
      @case ('object') {
        <cs-object-group [field]="given" [child]="child" />
      }
      @case ('list') {
        <cs-rows [field]="given" [child]="child" />
      }
      @case ('map') {
        <cs-rows [field]="given" [child]="child" />
      }
    }
  `,
  styles: `
    :host {
      display: block;
    }

    .union {
      display: grid;
      gap: 14px;
    }

    .variant {
      padding-inline-start: 14px;
      border-inline-start: 2px solid var(--cs-line);
    }

    .empty {
      display: none;
    }

    .hint {
      padding-inline-start: 32px;
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      line-height: 1rem;
    }

    .wrong {
      color: var(--cs-unhealthy);
    }
  `,
})
export class SchemaField {
  readonly field = input.required<AnyField>();
  /** For a field without a label of its own. */
  readonly label = input('');

  protected readonly name = computed(() => this.field().label || this.label());
  protected readonly titles = computed(() => {
    const field = this.field();
    return field.kind === 'choice' ? field.options.map((option) => option.label) : [];
  });
}
