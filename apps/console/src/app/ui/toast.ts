import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MAT_SNACK_BAR_DATA, MatSnackBarRef } from '@angular/material/snack-bar';
import { Icon } from './icon.js';

export interface ToastContent {
  tone: 'healthy' | 'unhealthy';
  text: string;
}

@Component({
  selector: 'cs-toast',
  imports: [Icon, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-icon [class]="content.tone" [name]="content.tone" />
    <span>{{ content.text }}</span>
    <button matIconButton type="button" aria-label="Dismiss" (click)="bar.dismiss()"><cs-icon name="close" /></button>
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: 10px;
      color: var(--cs-text);
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    span {
      flex: 1;
      overflow-wrap: anywhere;
    }

    .healthy {
      color: var(--cs-healthy);
    }

    .unhealthy {
      color: var(--cs-unhealthy);
    }

    button {
      margin: -6px -8px -6px 0;
    }
  `,
})
export class Toast {
  protected readonly content = inject<ToastContent>(MAT_SNACK_BAR_DATA);
  protected readonly bar = inject<MatSnackBarRef<Toast>>(MatSnackBarRef);
}
