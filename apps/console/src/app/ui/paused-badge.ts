import { ChangeDetectionStrategy, Component } from '@angular/core';
import { Icon } from './icon.js';

/** In place of a state: nothing is looked at, because somebody said so. */
@Component({
  selector: 'cs-paused',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<cs-icon name="pause" />Paused`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
      white-space: nowrap;
    }
  `,
})
export class PausedBadge {}
