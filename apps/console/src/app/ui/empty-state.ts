import { booleanAttribute, ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Icon, type IconName } from './icon.js';

/** Where nothing is yet: what belongs here, why, and (as its content) the first step. */
@Component({
  selector: 'cs-empty-state',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="mark"><cs-icon [name]="icon()" [size]="20" /></span>
    @if (isPage()) {
      <h1>{{ title() }}</h1>
    } @else {
      <h2>{{ title() }}</h2>
    }
    <p>{{ text() }}</p>
    <div class="actions"><ng-content /></div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 6px;
      padding: 48px 16px;
      text-align: center;
    }

    .mark {
      display: grid;
      place-items: center;
      width: 44px;
      height: 44px;
      margin-bottom: 6px;
      border-radius: 12px;
      background: var(--cs-unknown-soft);
      color: var(--cs-text-soft);
    }

    p {
      max-width: 54ch;
      color: var(--cs-text-soft);
      text-wrap: pretty;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: 8px;
      margin-top: 12px;

      &:empty {
        display: none;
      }
    }
  `,
})
export class EmptyState {
  readonly icon = input.required<IconName>();
  readonly title = input.required<string>();
  readonly text = input('');
  /** It is all that the page shows. */
  readonly isPage = input(false, { transform: booleanAttribute });
}
