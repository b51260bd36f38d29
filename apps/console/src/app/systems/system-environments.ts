import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { EnvironmentState } from '@checkstack/api';
import { StateBadge } from '../ui/state-badge.js';

/** What the checks of a system say in each of its environments. */
@Component({
  selector: 'cs-system-environments',
  imports: [RouterLink, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (entry of states(); track entry.environment?.id) {
        <li>
          <cs-state [state]="entry.state" />
          @if (entry.environment; as environment) {
            <a class="cs-name cs-clip" routerLink="/systems" [queryParams]="{ environment: environment.id }">{{
              environment.name
            }}</a>
          } @else {
            <span class="cs-soft">Without an environment</span>
          }
          <span class="cs-soft reason">{{ entry.reason }}</span>
        </li>
      }
    </ul>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: 100px minmax(100px, 200px) minmax(0, 1fr);
      align-items: baseline;
      gap: 2px 14px;
      padding: 8px 16px;
      font-size: 0.8125rem;
      line-height: 1.25rem;

      & + li {
        border-top: 1px solid var(--cs-line);
      }
    }

    .reason {
      overflow-wrap: anywhere;
    }

    @media (width < 720px) {
      li {
        grid-template-columns: 100px minmax(0, 1fr);
      }

      .reason {
        grid-column: 1 / -1;
      }

      .reason:empty {
        display: none;
      }
    }
  `,
})
export class SystemEnvironments {
  readonly states = input.required<readonly EnvironmentState[]>();
}
