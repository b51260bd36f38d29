import { ChangeDetectionStrategy, Component, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon.js';
import { toMessage } from './message.js';

/** One line that adds something which needs no more than a name. */
@Component({
  selector: 'cs-add-by-name',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <form (submit)="save($event, field)">
      <input
        #field
        maxlength="120"
        autocomplete="off"
        [attr.aria-label]="label()"
        [attr.aria-invalid]="trouble() ? true : null"
        [placeholder]="label()"
        (input)="trouble.set(undefined)"
      />
      <button matButton="outlined" type="submit" [disabled]="isSaving()"><cs-icon name="plus" />Add</button>
    </form>
    @if (trouble(); as trouble) {
      <p role="alert">{{ trouble }}</p>
    }
  `,
  styles: `
    form {
      display: flex;
      align-items: center;
      gap: 8px;
    }

    input {
      flex: 1;
      min-width: 0;
      max-width: 320px;
      height: 34px;
      padding: 0 10px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
      font-size: 0.8125rem;

      &::placeholder {
        color: var(--cs-text-faint);
      }
    }

    p {
      padding-top: 4px;
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
    }
  `,
})
export class AddByName {
  /** What is added: “New location”. */
  readonly label = input.required<string>();
  /** Adds it; what it throws is shown. */
  readonly add = input.required<(name: string) => Promise<unknown>>();

  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async save(event: Event, field: HTMLInputElement): Promise<void> {
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return this.trouble.set('Give it a name.');
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      await this.add()(name);
      field.value = '';
    } catch (error) {
      this.trouble.set(toMessage(error));
    } finally {
      this.isSaving.set(false);
      // The pressed button was switched off meanwhile, which leaves the focus nowhere.
      if (document.activeElement === document.body) field.focus();
    }
  }
}
