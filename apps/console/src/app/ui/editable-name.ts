import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  Injector,
  input,
  signal,
} from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { Icon } from './icon.js';
import { toMessage } from './message.js';

/** A name that is changed where it stands: Enter saves, Escape leaves it as it was. */
@Component({
  selector: 'cs-editable-name',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isEditing()) {
      <form (submit)="save($event, field.value)">
        <input
          #field
          maxlength="120"
          autocomplete="off"
          [attr.aria-label]="'Name of ' + name()"
          [attr.aria-invalid]="trouble() ? true : null"
          [disabled]="isSaving()"
          [value]="name()"
          (keydown.escape)="leave()"
        />
        <button matIconButton type="submit" aria-label="Save the name" [disabled]="isSaving()">
          <cs-icon name="tick" />
        </button>
        <button matIconButton type="button" aria-label="Leave the name as it was" (click)="leave()">
          <cs-icon name="close" />
        </button>
      </form>
      @if (trouble(); as trouble) {
        <p role="alert">{{ trouble }}</p>
      }
    } @else {
      <span class="cs-name cs-clip"><ng-content />{{ name() }}</span>
      @if (mayEdit()) {
        <button matIconButton class="edit" type="button" [attr.aria-label]="'Rename ' + name()" (click)="edit()">
          <cs-icon name="edit" [size]="14" />
        </button>
      }
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 4px;
      min-width: 0;
    }

    form {
      display: flex;
      flex: 1;
      align-items: center;
      gap: 2px;
      min-width: 0;
    }

    input {
      flex: 1;
      min-width: 0;
      max-width: 360px;
      height: 30px;
      padding: 0 8px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
    }

    p {
      flex-basis: 100%;
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
      white-space: normal;
    }
  `,
})
export class EditableName {
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly #injector = inject(Injector);

  readonly name = input.required<string>();
  readonly mayEdit = input(true);
  /** Saves it; what it throws is shown. */
  readonly rename = input.required<(name: string) => Promise<unknown>>();

  protected readonly isEditing = signal(false);
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected edit(): void {
    this.isEditing.set(true);
    this.#focus('input');
  }

  protected leave(): void {
    this.isEditing.set(false);
    this.trouble.set(undefined);
    this.#focus('.edit');
  }

  protected async save(event: Event, typed: string): Promise<void> {
    event.preventDefault();
    const name = typed.trim();
    if (name === this.name()) return this.leave();
    if (!name) return this.trouble.set('Give it a name.');
    this.isSaving.set(true);
    try {
      await this.rename()(name);
      this.leave();
    } catch (error) {
      this.trouble.set(toMessage(error));
      this.#focus('input');
    } finally {
      this.isSaving.set(false);
    }
  }

  #focus(selector: string): void {
    afterNextRender(
      () => {
        const control = this.#element.nativeElement.querySelector<HTMLElement>(selector);
        control?.focus();
        if (control instanceof HTMLInputElement) control.select();
      },
      { injector: this.#injector },
    );
  }
}
