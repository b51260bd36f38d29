import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Incident } from '@checkstack/api';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { IncidentStatusBadge } from './incident-badge.js';
import { impactWords, secondsWords } from './incident-words.js';

/** Who is on it, since when, what is affected, and where else to look. */
@Component({
  selector: 'cs-incident-about',
  imports: [Fact, Facts, Icon, IncidentStatusBadge, RouterLink, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = incident();
    <section class="cs-card" aria-labelledby="affected-title">
      <h2 id="affected-title">Affected systems</h2>
      <ul>
        @for (affected of given.systems; track affected.system.id) {
          <li>
            @if (affected.state; as state) {
              <cs-state look="icon" [state]="state.state" />
              <a class="cs-name cs-clip" [routerLink]="['/systems', affected.system.id]">{{ affected.system.name }}</a>
            } @else {
              <cs-icon name="trash" />
              <span class="cs-clip">{{ affected.system.name }} (deleted)</span>
            }
            <span class="cs-soft">{{ impactWords[affected.impact] }}</span>
          </li>
        } @empty {
          <li class="cs-soft">
            None is named. Edit the incident to say what it affects: its timeline then shows how they fare.
          </li>
        }
      </ul>
    </section>
    <section class="cs-card" aria-labelledby="who-title">
      <h2 id="who-title">Response</h2>
      <cs-facts>
        <ng-container *csFact="'Lead'">{{ given.lead?.name ?? 'Nobody yet' }}</ng-container>
        @if (given.responders.length > 0) {
          <ng-container *csFact="'Responders'">
            @for (responder of given.responders; track responder.id) {
              {{ responder.name }}{{ $last ? '' : ', ' }}
            }
          </ng-container>
        }
        <ng-container *csFact="'Opened'">
          <cs-time say="short" [at]="given.openedAt" /> by {{ given.openedBy.name }}
        </ng-container>
        <ng-container *csFact="'Acknowledged'">
          @if (given.acknowledgedAt; as at) {
            <cs-time say="short" [at]="at" /> by {{ given.acknowledgedBy?.name }}
            <span class="cs-soft">after {{ seconds(given.secondsToAcknowledge) }}</span>
          } @else {
            Not yet
          }
        </ng-container>
        <ng-container *csFact="'Resolved'">
          @if (given.resolvedAt; as at) {
            <cs-time say="short" [at]="at" />
            <span class="cs-soft"> after {{ seconds(given.secondsToResolve) }}</span>
          } @else {
            Not yet
          }
        </ng-container>
      </cs-facts>
    </section>
    @if (given.links.length > 0) {
      <section class="cs-card" aria-labelledby="links-title">
        <h2 id="links-title">Links</h2>
        <ul>
          @for (link of given.links; track $index) {
            <li>
              <cs-icon name="external" />
              <a class="cs-clip" target="_blank" rel="noreferrer" [href]="link.url">{{ link.label }}</a>
            </li>
          }
        </ul>
      </section>
    }
    @if (given.related.length > 0) {
      <section class="cs-card" aria-labelledby="related-title">
        <h2 id="related-title">Related incidents</h2>
        <ul>
          @for (other of given.related; track other.id) {
            <li>
              <a class="cs-name cs-clip" [routerLink]="['/incidents', other.id]">{{ other.title }}</a>
              <cs-incident-status [status]="other.status" />
            </li>
          }
        </ul>
      </section>
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
    }

    section {
      padding: 14px 16px;
    }

    h2 {
      margin-bottom: 8px;
    }

    ul {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
    }

    li {
      display: flex;
      align-items: center;
      gap: 8px;
      font-size: 0.8125rem;
      line-height: 1.25rem;

      .cs-clip {
        flex: 1;
      }
    }

    cs-icon {
      color: var(--cs-text-faint);
    }
  `,
})
export class IncidentAbout {
  readonly incident = input.required<Incident>();

  protected readonly impactWords = impactWords;
  protected readonly seconds = secondsWords;
}
