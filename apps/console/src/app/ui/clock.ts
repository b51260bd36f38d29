import { DestroyRef, inject, Injectable, signal } from '@angular/core';

/** One clock for all relative times: they move together, and a hidden page does not tick. */
@Injectable({ providedIn: 'root' })
export class Clock {
  readonly #now = signal(Date.now());
  /** Milliseconds; moves every few seconds. */
  readonly now = this.#now.asReadonly();

  constructor() {
    const tick = () => {
      if (!document.hidden) this.#now.set(Date.now());
    };
    const timer = setInterval(tick, 5000);
    document.addEventListener('visibilitychange', tick);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    });
  }
}
