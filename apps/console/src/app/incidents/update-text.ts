import { ChangeDetectionStrategy, Component, input, model, output } from '@angular/core';

/** Where an update is written; Ctrl-Enter is done with it. */
@Component({
  selector: 'cs-update-text',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <textarea
      #field
      maxlength="20000"
      [rows]="rows()"
      [attr.aria-label]="label()"
      [placeholder]="placeholder()"
      [value]="text()"
      (input)="text.set(field.value)"
      (keydown.control.enter)="finish($event)"
      (keydown.meta.enter)="finish($event)"
    ></textarea>
  `,
  styles: `
    textarea {
      display: block;
      width: 100%;
      min-height: 76px;
      padding: 9px 11px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
      font-size: 0.875rem;
      field-sizing: content;
      max-height: 60vh;
      resize: vertical;

      &::placeholder {
        color: var(--cs-text-faint);
      }
    }
  `,
})
export class UpdateText {
  readonly label = input.required<string>();
  readonly placeholder = input('');
  readonly rows = input(3);
  readonly text = model.required<string>();
  readonly finished = output();

  protected finish(event: Event): void {
    event.preventDefault();
    this.finished.emit();
  }
}
