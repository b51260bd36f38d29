import { BreakpointObserver } from '@angular/cdk/layout';
import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';

/** The same widths as in the style sheets. */
@Injectable({ providedIn: 'root' })
export class ScreenSize {
  readonly #observer = inject(BreakpointObserver);

  readonly isPhone = this.#matches('(width < 720px)');
  readonly isNarrow = this.#matches('(width < 1180px)');

  #matches(query: string) {
    return toSignal(this.#observer.observe(query).pipe(map((state) => state.matches)), { initialValue: false });
  }
}
