import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { CdkTextareaAutosize } from '@angular/cdk/text-field';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import type { JsonField, NumberField, TextField } from './leaf-fields.js';
import { ProblemMark } from './problem.js';
import { TemplateMenu } from './template-menu.js';

/** Everything that is typed and may be seen: texts, numbers, JSON. */
@Component({
  selector: 'cs-text-control',
  imports: [CdkTextareaAutosize, MatFormFieldModule, MatInput, ProblemMark, TemplateMenu],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = field();
    <mat-form-field [floatLabel]="given.placeholder ? 'always' : 'auto'">
      @if (given.label) {
        <mat-label>{{ given.label }}</mat-label>
      }
      @if (isBlock()) {
        <textarea
          #block
          matInput
          class="cs-mono"
          cdkTextareaAutosize
          cdkAutosizeMinRows="3"
          cdkAutosizeMaxRows="16"
          spellcheck="false"
          [id]="given.id"
          [required]="given.mustBeFilled"
          [placeholder]="given.placeholder"
          [attr.aria-label]="given.label ? null : label()"
          [csProblem]="given.error()"
          [value]="given.text()"
          (input)="given.text.set(block.value)"
          (blur)="given.touched.set(true)"
        ></textarea>
      } @else {
        <input
          #line
          matInput
          autocomplete="off"
          spellcheck="false"
          [attr.inputmode]="given.kind === 'number' ? 'decimal' : null"
          [id]="given.id"
          [required]="given.mustBeFilled"
          [placeholder]="given.placeholder"
          [attr.aria-label]="given.label ? null : label()"
          [csProblem]="given.error()"
          [value]="given.text()"
          (input)="given.text.set(line.value)"
          (blur)="given.touched.set(true)"
        />
      }
      @if (unit(); as unit) {
        <span matTextSuffix class="cs-faint">&nbsp;{{ unit }}</span>
      }
      @if (isTemplatable()) {
        <cs-template-menu
          matSuffix
          [label]="given.label || label()"
          [controlId]="given.id"
          (inserted)="given.text.set($event)"
        />
      }
      @if (hint(); as hint) {
        <mat-hint>{{ hint }}</mat-hint>
      }
      <mat-error>{{ given.error() }}</mat-error>
    </mat-form-field>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }

    textarea {
      line-height: 1.35;
    }
  `,
})
export class TextControl {
  readonly field = input.required<TextField | NumberField | JsonField>();
  /** For assistive technology where the field has no label of its own. */
  readonly label = input('');

  protected readonly isBlock = computed(() => {
    const field = this.field();
    return field.kind === 'json' || (field.kind === 'text' && field.multiline);
  });
  protected readonly isTemplatable = computed(() => {
    const field = this.field();
    return field.kind === 'text' && field.templatable;
  });
  protected readonly unit = computed(() => {
    const field = this.field();
    return field.kind === 'number' ? field.unit : '';
  });
  protected readonly hint = computed(() => {
    const field = this.field();
    const range = field.kind === 'number' && field.range ? `${capital(field.range)}.` : '';
    return [field.hint, range].filter(Boolean).join(' ');
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
