import { CdkCopyToClipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, DestroyRef, inject, input, signal } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import { Icon } from './icon.js';

/** Copies a text and says so. Works without https too. */
@Component({
  selector: 'cs-copy',
  imports: [CdkCopyToClipboard, Icon, MatIconButton, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      [attr.aria-label]="'Copy ' + what()"
      [matTooltip]="isCopied() ? 'Copied' : 'Copy ' + what()"
      [cdkCopyToClipboard]="text()"
      (cdkCopyToClipboardCopied)="copied($event)"
    >
      <cs-icon [name]="isCopied() ? 'tick' : 'copy'" />
    </button>
  `,
})
export class CopyButton {
  readonly #announcer = inject(LiveAnnouncer);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly text = input.required<string>();
  /** What it is: “token”. */
  readonly what = input('');

  protected readonly isCopied = signal(false);

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  protected copied(hasWorked: boolean): void {
    this.isCopied.set(hasWorked);
    void this.#announcer.announce(hasWorked ? 'Copied' : 'Copying failed');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.isCopied.set(false), 2000);
  }
}
