import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { TimeAgo } from '../ui/time-ago.js';
import { IncidentStatusBadge, SeverityBadge } from './incident-badge.js';

const shown = 5;

/** The open incidents, of all or of one system; nothing where there are none. */
@Component({
  selector: 'cs-open-incidents',
  imports: [IncidentStatusBadge, RouterLink, SeverityBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (incidents.value(); as open) {
      @if (open.length > 0) {
        <section aria-labelledby="open-incidents-title">
          <h2 id="open-incidents-title">Open incidents</h2>
          <ul class="cs-card">
            @for (incident of open.slice(0, shown); track incident.id) {
              <li>
                <cs-severity [severity]="incident.severity" />
                <a class="cs-name" [routerLink]="['/incidents', incident.id]">{{ incident.title }}</a>
                <cs-incident-status [status]="incident.status" />
                <span class="cs-faint">
                  @if (incident.acknowledgedAt === null) {
                    not acknowledged ·
                  }
                  <cs-time say="for" [at]="incident.openedAt" />
                </span>
              </li>
            }
            @if (open.length > shown) {
              <li>
                <a routerLink="/incidents" [queryParams]="{ show: 'open', system: systemId() }">All open incidents</a>
              </li>
            }
          </ul>
        </section>
      }
    }
  `,
  styles: `
    // Where there is none, it takes no place.
    :host {
      display: contents;
    }

    h2 {
      margin-bottom: 10px;
    }

    li {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      padding: 10px 16px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }
    }

    .cs-name {
      flex: 1 1 200px;
      min-width: 0;
      overflow-wrap: anywhere;
      font-size: 0.875rem;
    }
  `,
})
export class OpenIncidents {
  readonly #api = inject(Api);
  readonly #session = inject(Session);

  readonly systemId = input<string>();

  readonly #filter = computed(() => {
    const systemId = this.systemId();
    return this.#session.may('incidents.incident.read') ? { ...(systemId && { systemId }) } : undefined;
  });
  protected readonly shown = shown;
  protected readonly incidents = loaded({
    params: () => this.#filter(),
    load: async (filter, signal) =>
      (await this.#api.call(routes.incidents.list, { query: { ...filter, open: 'true', limit: shown + 1 }, signal }))
        .items,
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'incident' ? 'reload' : value),
  });
}
