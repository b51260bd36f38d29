import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import { Clock } from './clock.js';
import { agoWords, fullTime, shortTime, spanWords } from './time.js';

/** A time as people say it; the full local time is in its tooltip. */
@Component({
  selector: 'cs-time',
  imports: [MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<time [attr.datetime]="at()" [matTooltip]="full()">{{ words() }}</time>`,
  styles: `
    time {
      white-space: nowrap;
    }
  `,
})
export class TimeAgo {
  readonly #clock = inject(Clock);

  /** RFC 3339. */
  readonly at = input.required<string>();
  /** `ago`: 4 min ago; `for`: 4 min (a duration until now); `short`: 14:03:09. */
  readonly say = input<'ago' | 'for' | 'short'>('ago');

  protected readonly full = computed(() => fullTime(this.at()));
  protected readonly words = computed(() => {
    const now = this.#clock.now();
    switch (this.say()) {
      case 'ago':
        return agoWords(this.at(), now);
      case 'for':
        return spanWords(now - Date.parse(this.at()));
      case 'short':
        return shortTime(this.at(), now);
    }
  });
}
