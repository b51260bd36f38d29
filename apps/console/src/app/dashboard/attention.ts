import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Dashboard } from '@checkstack/api';
import { IncidentDrafts } from '../incidents/incident-drafts.js';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { Session } from '../session/session.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';

/** The systems that are not well, worst first: which check, seen from where, and why. */
@Component({
  selector: 'cs-attention',
  imports: [InMaintenance, MatButton, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (entry of systems(); track entry.system.id) {
        <li class="cs-card" [class]="entry.state.state">
          <div class="top">
            <cs-state look="pill" [state]="entry.state.state" />
            <a class="cs-name cs-clip" [routerLink]="['/systems', entry.system.id]">{{ entry.system.name }}</a>
            <cs-in-maintenance [of]="entry.maintenance" />
            @if (entry.state.since; as since) {
              <span class="cs-faint since">for <cs-time say="for" [at]="since" /></span>
            }
            @if (mayOpen() && entry.state.state !== 'unknown') {
              <button matButton type="button" (click)="drafts.begin(entry.system.id)">
                Open incident<span class="cs-visually-hidden"> for {{ entry.system.name }}</span>
              </button>
            }
          </div>
          @if (entry.checks.length === 0 && entry.state.reason) {
            <p class="cs-soft reason">{{ entry.state.reason }}</p>
          }
          @for (check of entry.checks; track check.id) {
            <div class="check">
              <cs-state look="icon" [state]="check.state.state" />
              <div>
                <a class="check-name" [routerLink]="['/checks', check.id]">{{ check.name }}</a>
                @if (check.state.reason; as reason) {
                  <p class="cs-soft reason">{{ reason }}</p>
                }
                <p class="places">
                  @for (place of check.locations; track $index) {
                    <span [title]="place.reason ?? ''"
                      ><cs-state look="icon" [size]="13" [state]="place.state" />{{ place.name }}</span
                    >
                  }
                </p>
              </div>
            </div>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 10px;
    }

    li {
      padding: 12px 16px;
      border-inline-start: 3px solid var(--tone);
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    li.unhealthy {
      --tone: var(--cs-unhealthy);
    }

    li.degraded {
      --tone: var(--cs-degraded);
    }

    li.unknown,
    li.healthy {
      --tone: var(--cs-unknown);
    }

    .top {
      display: flex;
      align-items: center;
      gap: 10px;

      .cs-name {
        font-size: 0.875rem;
      }
    }

    .since {
      margin-inline-start: auto;
      white-space: nowrap;
    }

    .check {
      display: flex;
      gap: 10px;
      margin-top: 10px;

      > div {
        min-width: 0;
      }
    }

    .check-name {
      color: var(--cs-text);
      font-weight: 500;
    }

    .reason {
      overflow-wrap: anywhere;
    }

    .places {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 14px;
      margin-top: 2px;

      span {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        color: var(--cs-text-soft);
      }
    }
  `,
})
export class Attention {
  readonly #session = inject(Session);
  protected readonly drafts = inject(IncidentDrafts);

  readonly systems = input.required<Dashboard['attention']>();

  protected readonly mayOpen = computed(() => this.#session.may('incidents.incident.manage'));
}
