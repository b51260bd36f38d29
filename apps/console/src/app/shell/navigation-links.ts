import { ChangeDetectionStrategy, Component, computed, inject, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';
import { navigation } from './navigation.js';

@Component({
  selector: 'cs-navigation-links',
  imports: [Icon, RouterLink, RouterLinkActive],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div>
      @for (group of groups(); track group.title) {
        <h2 [class.cs-visually-hidden]="$first">{{ group.title }}</h2>
        <ul>
          @for (item of group.items; track item.link) {
            <li>
              <a
                [routerLink]="item.link"
                routerLinkActive="active"
                ariaCurrentWhenActive="page"
                [routerLinkActiveOptions]="{ exact: item.link === '/' }"
                (click)="followed.emit()"
              >
                <cs-icon [name]="item.icon" />{{ item.title }}
              </a>
            </li>
          }
        </ul>
      }
    </div>
  `,
  styles: `
    h2 {
      padding: 18px 10px 6px;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
      font-weight: 550;
      line-height: 1rem;
      letter-spacing: 0;
    }

    ul {
      display: grid;
      gap: 1px;
    }

    a {
      display: flex;
      align-items: center;
      gap: 10px;
      height: 32px;
      padding: 0 10px;
      border-radius: var(--cs-radius-small);
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
      font-weight: 500;

      &:hover {
        background: var(--cs-hover);
        color: var(--cs-text);
        text-decoration: none;
      }
    }

    .active,
    .active:hover {
      background: var(--cs-accent-soft);
      color: var(--cs-accent);
      font-weight: 600;
    }

    @media (width < 900px) {
      a {
        height: 44px;
        font-size: 0.9375rem;
      }
    }
  `,
})
export class NavigationLinks {
  readonly #session = inject(Session);

  readonly followed = output();

  protected readonly groups = computed(() =>
    navigation
      .map((group) => ({ ...group, items: group.items.filter(({ rule }) => !rule || this.#session.may(rule)) }))
      .filter((group) => group.items.length > 0),
  );
}
