import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Dashboard } from '@checkstack/api';
import { Icon } from '../ui/icon.js';
import { StateBadge, stateWords, worstFirst } from '../ui/state-badge.js';

/** How many systems are in which state; each count leads to them. */
@Component({
  selector: 'cs-state-counts',
  imports: [Icon, RouterLink, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="bar" role="img" [attr.aria-label]="summary()">
      @for (state of states; track state) {
        @if (counts()[state]; as count) {
          <i [class]="state" [style.flex-grow]="count"></i>
        }
      }
    </div>
    <ul>
      @for (state of states; track state) {
        <li>
          <a routerLink="/systems" [queryParams]="{ state }">
            <span class="count" [class.none]="!counts()[state]">{{ counts()[state] }}</span>
            <cs-state [state]="state" />
          </a>
        </li>
      }
      <li class="apart">
        <a routerLink="/checks">
          <span class="count">{{ checks() }}</span>
          <span class="word"><cs-icon name="checks" />Checks</span>
        </a>
      </li>
      <li>
        <a routerLink="/satellites">
          <span class="count">
            {{ satellites().online }}<small> / {{ satellites().total }}</small>
          </span>
          <span class="word"><cs-icon name="satellites" />Online</span>
        </a>
      </li>
    </ul>
  `,
  styles: `
    .bar {
      display: flex;
      gap: 2px;
      height: 6px;
      margin-bottom: 14px;
      overflow: hidden;
      border-radius: 3px;
    }

    i {
      min-width: 4px;
    }

    i.unhealthy {
      background: var(--cs-unhealthy);
    }

    i.degraded {
      background: var(--cs-degraded);
    }

    i.unknown {
      background: repeating-linear-gradient(-45deg, var(--cs-unknown) 0 3px, transparent 3px 6px);
    }

    i.healthy {
      background: var(--cs-healthy);
    }

    ul {
      display: grid;
      grid-template-columns: repeat(6, minmax(0, 1fr));
      gap: 10px;
    }

    a {
      display: grid;
      gap: 2px;
      padding: 12px 16px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius);
      background: var(--cs-surface);
      color: var(--cs-text);

      &:hover {
        border-color: var(--cs-line-strong);
        text-decoration: none;
      }
    }

    .count {
      font-size: 1.5rem;
      font-weight: 620;
      letter-spacing: -0.02em;
      line-height: 1.875rem;
    }

    .none,
    small {
      color: var(--cs-text-faint);
      font-weight: 450;
    }

    small {
      font-size: 0.9375rem;
      line-height: 1;
    }

    .word {
      display: flex;
      align-items: center;
      gap: 6px;
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
    }

    @media (width < 900px) {
      ul {
        grid-template-columns: repeat(3, minmax(0, 1fr));
      }
    }

    @media (width < 480px) {
      ul {
        gap: 8px;
      }

      a {
        padding: 9px 11px;
      }
    }

    @media (width < 350px) {
      ul {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
    }
  `,
})
export class StateCounts {
  readonly counts = input.required<Dashboard['systems']>();
  readonly checks = input.required<number>();
  readonly satellites = input.required<Dashboard['satellites']>();

  protected readonly states = worstFirst;
  protected readonly summary = computed(() =>
    worstFirst.map((state) => `${this.counts()[state]} ${stateWords[state].toLowerCase()}`).join(', '),
  );
}
