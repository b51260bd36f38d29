import { ChangeDetectionStrategy, Component, effect, inject, signal } from '@angular/core';
import { Live } from '../live/live.js';
import { Notice } from '../ui/notice.js';

/** A blink of the network is not worth a word. */
const patienceMs = 3000;

/** Says when what is shown no longer moves. */
@Component({
  selector: 'cs-live-notice',
  imports: [Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isAway()) {
      <cs-notice tone="degraded" action="Connect now" (acted)="live.retryNow()">
        The live connection to the hub is lost. What you see may be out of date; trying again.
      </cs-notice>
    }
  `,
  styles: `
    cs-notice {
      margin-bottom: 16px;
    }
  `,
})
export class LiveNotice {
  protected readonly live = inject(Live);
  protected readonly isAway = signal(false);

  constructor() {
    effect((onCleanup) => {
      if (this.live.connection() !== 'lost') {
        this.isAway.set(false);
        return;
      }
      const timer = setTimeout(() => this.isAway.set(true), patienceMs);
      onCleanup(() => clearTimeout(timer));
    });
  }
}
