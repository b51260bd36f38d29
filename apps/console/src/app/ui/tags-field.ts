import { COMMA, ENTER } from '@angular/cdk/keycodes';
import { ChangeDetectionStrategy, Component, input, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import type { FormControl } from '@angular/forms';
import { MatChipsModule, type MatChipInputEvent } from '@angular/material/chips';
import { MatFormFieldModule } from '@angular/material/form-field';
import { startWith, switchMap } from 'rxjs';
import { ErrorSentence } from './form-errors.js';
import { Icon } from './icon.js';

/** Words, each made by Enter or a comma. */
@Component({
  selector: 'cs-tags-field',
  imports: [ErrorSentence, Icon, MatChipsModule, MatFormFieldModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-form-field>
      <mat-label>{{ label() }}</mat-label>
      <mat-chip-grid #grid [attr.aria-label]="label()">
        @for (tag of tags(); track tag) {
          <mat-chip-row (removed)="remove(tag)">
            {{ tag }}
            <button matChipRemove type="button" [attr.aria-label]="'Remove ' + tag">
              <cs-icon name="close" [size]="12" />
            </button>
          </mat-chip-row>
        }
      </mat-chip-grid>
      <input
        [matChipInputFor]="grid"
        [matChipInputSeparatorKeyCodes]="separators"
        [matChipInputAddOnBlur]="true"
        [placeholder]="tags()?.length ? '' : 'Type one, then Enter'"
        (matChipInputTokenEnd)="add($event)"
      />
      <mat-error><cs-error-sentence [of]="control()" /></mat-error>
    </mat-form-field>
    <span class="cs-visually-hidden" aria-live="polite">{{ told() }}</span>
  `,
  styles: `
    :host {
      display: block;
    }

    mat-form-field {
      width: 100%;
    }

    mat-chip-row {
      --mat-chip-container-height: 24px;
      --mat-chip-label-text-size: 0.8125rem;
      --mat-chip-container-shape-radius: 5px;
    }
  `,
})
export class TagsField {
  readonly label = input('Tags');
  readonly control = input.required<FormControl<string[]>>();

  protected readonly separators = [ENTER, COMMA];
  protected readonly told = signal('');
  protected readonly tags = toSignal(
    toObservable(this.control).pipe(switchMap((control) => control.valueChanges.pipe(startWith(control.value)))),
  );

  protected add({ value, chipInput }: MatChipInputEvent): void {
    const tag = value.trim();
    const control = this.control();
    if (tag && !control.value.includes(tag)) control.setValue([...control.value, tag]);
    chipInput.clear();
  }

  protected remove(tag: string): void {
    const control = this.control();
    control.setValue(control.value.filter((other) => other !== tag));
    this.told.set(`${tag} removed`);
  }
}
