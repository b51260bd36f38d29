import { ChangeDetectionStrategy, Component, DestroyRef, inject, input, output } from '@angular/core';
import { Icon } from './icon.js';

/** Typing must pause for this long. */
const pauseMs = 150;

/** Narrows a list while one types. */
@Component({
  selector: 'cs-search-box',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-icon name="search" />
    <input
      #field
      type="search"
      autocomplete="off"
      spellcheck="false"
      [attr.aria-label]="label()"
      [placeholder]="label()"
      [value]="value()"
      (input)="typed(field.value)"
    />
  `,
  styles: `
    :host {
      position: relative;
      display: inline-flex;
      align-items: center;
      width: 240px;
    }

    cs-icon {
      position: absolute;
      left: 10px;
      color: var(--cs-text-faint);
      pointer-events: none;
    }

    input {
      width: 100%;
      height: 34px;
      padding: 0 10px 0 34px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      font: inherit;
      font-size: 0.8125rem;

      &::placeholder {
        color: var(--cs-text-faint);
      }

      &:focus-visible {
        outline-offset: -1px;
        border-radius: var(--cs-radius-small);
      }
    }

    @media (width < 720px) {
      :host {
        width: 100%;
      }

      input {
        height: 40px;
      }
    }
  `,
})
export class SearchBox {
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly label = input.required<string>();
  readonly value = input('');
  readonly searched = output<string>();

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected typed(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.searched.emit(text.trim()), pauseMs);
  }
}
