import { ChangeDetectionStrategy, Component, inject, Injector, input, signal } from '@angular/core';
import { CdkTextareaAutosize } from '@angular/cdk/text-field';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Icon } from '../ui/icon.js';
import { focusField } from './focus.js';
import type { SecretField } from './leaf-fields.js';
import { ProblemMark } from './problem.js';
import { TemplateMenu } from './template-menu.js';

/** A secret: set and hidden, about to be replaced or cleared, or typed for the first time. */
@Component({
  selector: 'cs-secret-control',
  imports: [
    CdkTextareaAutosize,
    Icon,
    MatButton,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    ProblemMark,
    TemplateMenu,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = field();
    @if (given.kept()) {
      <div class="kept" [class.wrong]="given.error()">
        <cs-icon name="lock" />
        <span class="what">
          <span class="label">{{ given.label }}</span>
          <span>Set, hidden</span>
        </span>
        <button
          matButton
          type="button"
          [id]="given.id"
          [attr.aria-label]="'Replace ' + given.label"
          [attr.aria-describedby]="given.error() ? given.id + '-error' : null"
          (click)="retype()"
        >
          Replace
        </button>
        @if (!given.required) {
          <button matButton type="button" [attr.aria-label]="'Clear ' + given.label" (click)="retype()">Clear</button>
        }
      </div>
      @if (given.error(); as error) {
        <p class="error" [id]="given.id + '-error'">{{ error }}</p>
      }
    } @else {
      <mat-form-field>
        <mat-label>{{ given.label }}</mat-label>
        @if (given.multiline) {
          <textarea
            #block
            matInput
            class="cs-mono"
            cdkTextareaAutosize
            cdkAutosizeMinRows="3"
            cdkAutosizeMaxRows="10"
            autocomplete="off"
            spellcheck="false"
            [id]="given.id"
            [required]="given.required"
            [placeholder]="given.placeholder"
            [csProblem]="given.error()"
            [value]="given.text()"
            (input)="given.text.set(block.value)"
            (blur)="given.touched.set(true)"
          ></textarea>
        } @else {
          <input
            #line
            matInput
            autocomplete="new-password"
            spellcheck="false"
            [type]="isShown() ? 'text' : 'password'"
            [id]="given.id"
            [required]="given.required"
            [placeholder]="given.placeholder"
            [csProblem]="given.error()"
            [value]="given.text()"
            (input)="given.text.set(line.value)"
            (blur)="given.touched.set(true)"
          />
        }
        @if (given.templatable) {
          <cs-template-menu
            matSuffix
            [label]="given.label"
            [controlId]="given.id"
            (inserted)="given.text.set($event)"
          />
        }
        @if (!given.multiline) {
          <button
            matSuffix
            matIconButton
            type="button"
            [attr.aria-label]="'Show ' + given.label"
            [attr.aria-pressed]="isShown()"
            (click)="isShown.set(!isShown())"
          >
            <cs-icon [name]="isShown() ? 'eye-off' : 'eye'" />
          </button>
        }
        <mat-hint>{{ hint() }}</mat-hint>
        <mat-error>{{ given.error() }}</mat-error>
      </mat-form-field>
      @if (given.wasSet) {
        <button matButton type="button" (click)="keep()">Keep the stored {{ given.label.toLowerCase() }}</button>
      }
    }
  `,
  styles: `
    :host {
      display: block;
    }

    mat-form-field {
      width: 100%;
    }

    .kept {
      display: flex;
      align-items: center;
      gap: 4px 8px;
      min-height: 38px;
      padding: 2px 6px 2px 12px;
      border: 1px solid var(--cs-line);
      border-radius: 6px;
      background: var(--cs-sunken);
      font-size: 0.875rem;
    }

    .wrong {
      border-color: var(--cs-unhealthy);
    }

    .what {
      display: flex;
      flex: 1;
      flex-wrap: wrap;
      gap: 0 8px;
    }

    .label,
    .kept > cs-icon {
      color: var(--cs-text-soft);
    }

    .error {
      padding: 4px 12px 0;
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
      line-height: 1rem;
    }
  `,
})
export class SecretControl {
  readonly #injector = inject(Injector);

  readonly field = input.required<SecretField>();
  protected readonly isShown = signal(false);

  protected hint(): string {
    const { hint, wasSet, required } = this.field();
    if (!wasSet) return hint;
    return required ? 'Replaces the stored one.' : 'Left empty, the stored one is removed when you save.';
  }

  protected retype(): void {
    this.field().kept.set(false);
    focusField(this.field(), this.#injector);
  }

  protected keep(): void {
    this.field().keep();
    focusField(this.field(), this.#injector);
  }
}
