import { ChangeDetectionStrategy, Component, inject, Injectable, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialog, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { toMessage } from './message.js';
import { Notice } from './notice.js';

interface Question {
  title: string;
  text: string;
  /** The verb on the button: “Delete system”. */
  action: string;
  /** Done while the dialog waits; what it throws is shown there. */
  act: () => Promise<unknown>;
}

/** Asks before something that cannot be undone, and does it. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  readonly #dialog = inject(MatDialog);

  /** True when it was confirmed and done. */
  async ask(question: Question): Promise<boolean> {
    const opened = this.#dialog.open<ConfirmDialog, Question, boolean>(ConfirmDialog, {
      data: question,
      width: '440px',
      role: 'alertdialog',
    });
    return (await firstValueFrom(opened.afterClosed())) === true;
  }
}

@Component({
  selector: 'cs-confirm-dialog',
  imports: [MatButton, MatDialogModule, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ question.title }}</h2>
    <mat-dialog-content>
      <p>{{ question.text }}</p>
      @if (trouble(); as trouble) {
        <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" matDialogClose [disabled]="isActing()">Cancel</button>
      <button matButton="filled" class="danger" type="button" [disabled]="isActing()" (click)="act()">
        {{ question.action }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    cs-notice {
      margin-top: 12px;
    }

    .danger {
      --mat-button-filled-container-color: var(--cs-unhealthy);
      --mat-button-filled-label-text-color: var(--cs-surface);
    }
  `,
})
export class ConfirmDialog {
  readonly #opened = inject<MatDialogRef<ConfirmDialog, boolean>>(MatDialogRef);
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
  protected readonly isActing = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async act(): Promise<void> {
    this.isActing.set(true);
    this.trouble.set(undefined);
    try {
      await this.question.act();
      this.#opened.close(true);
    } catch (error) {
      this.trouble.set(toMessage(error));
      this.isActing.set(false);
    }
  }
}
