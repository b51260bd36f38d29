import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatDialog } from '@angular/material/dialog';
import { Icon } from '../ui/icon.js';

/** Opens the command palette, by a click or Ctrl/Cmd-K anywhere. */
@Component({
  selector: 'cs-palette-button',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '(document:keydown)': 'pressed($event)' },
  template: `
    <button
      type="button"
      aria-haspopup="dialog"
      [attr.aria-keyshortcuts]="isMac ? 'Meta+K' : 'Control+K'"
      (click)="open()"
    >
      <cs-icon name="search" />
      <span class="text">Search or do…</span>
      <kbd>{{ isMac ? '⌘' : 'Ctrl' }} K</kbd>
    </button>
  `,
  styles: `
    button {
      display: flex;
      align-items: center;
      gap: 10px;
      width: 280px;
      height: 34px;
      padding: 0 8px 0 10px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text-faint);
      font: inherit;
      font-size: 0.8125rem;
      cursor: pointer;

      &:hover {
        border-color: var(--cs-line-strong);
      }
    }

    .text {
      flex: 1;
      text-align: start;
    }

    @media (width < 720px) {
      button {
        justify-content: center;
        width: 40px;
        height: 40px;
        padding: 0;
        border-color: transparent;
        background: none;
        color: var(--cs-text);
      }

      .text {
        position: absolute;
        width: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }

      kbd {
        display: none;
      }
    }
  `,
})
export class PaletteButton {
  readonly #dialog = inject(MatDialog);
  #isOpen = false;

  protected readonly isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

  protected pressed(event: KeyboardEvent): void {
    if (
      event.key.toLowerCase() !== 'k' ||
      !(this.isMac ? event.metaKey : event.ctrlKey) ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    this.open();
  }

  protected open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    void import('./palette.js').then(({ Palette }) =>
      this.#dialog
        .open(Palette, {
          width: '600px',
          maxWidth: 'calc(100vw - 24px)',
          position: { top: 'min(12vh, 120px)' },
          ariaLabel: 'Command palette',
          autoFocus: 'input',
        })
        .afterClosed()
        .subscribe(() => (this.#isOpen = false)),
    );
  }
}
