import { BreakpointObserver } from '@angular/cdk/layout';
import { inject, Injectable } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';

/** The same widths as in the style sheets. */
@Injectable({ providedIn: 'root' })
export class ScreenSize {
  readonly isPhone = toSignal(
    inject(BreakpointObserver)
      .observe('(width < 720px)')
      .pipe(map((state) => state.matches)),
    { initialValue: false },
  );
}
