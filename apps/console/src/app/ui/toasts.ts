import { inject, Injectable } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { toMessage } from './message.js';
import { Toast, type ToastContent } from './toast.js';

/** Short confirmations and failures at the edge of the screen. */
@Injectable({ providedIn: 'root' })
export class Toasts {
  readonly #bar = inject(MatSnackBar);

  done(text: string): void {
    this.#show({ tone: 'healthy', text }, 4000);
  }

  /** Takes whatever was thrown. */
  failed(error: unknown): void {
    this.#show({ tone: 'unhealthy', text: toMessage(error) }, 10_000);
  }

  #show(data: ToastContent, duration: number): void {
    this.#bar.openFromComponent(Toast, {
      data,
      duration,
      politeness: data.tone === 'healthy' ? 'polite' : 'assertive',
      horizontalPosition: 'end',
      panelClass: 'cs-toast',
    });
  }
}
