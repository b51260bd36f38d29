import { ChangeDetectionStrategy, Component, input, output, viewChildren } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { TimelineEntry } from '@checkstack/api';
import { EmptyState } from '../ui/empty-state.js';
import { Icon, type IconName } from '../ui/icon.js';
import { StateBadge, stateWords } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { actWords } from './incident-words.js';
import { UpdateEntry } from './update-entry.js';

type Act = Extract<TimelineEntry, { by: unknown }>;

const icons: Record<Act['kind'], IconName> = {
  opened: 'incidents',
  acknowledged: 'tick',
  status: 'chevron-right',
  severity: 'degraded',
  edited: 'edit',
};

/** What happened, newest first: what people wrote and did, how the affected systems fared, who was told. */
@Component({
  selector: 'cs-incident-timeline',
  imports: [EmptyState, Icon, RouterLink, StateBadge, TimeAgo, UpdateEntry],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ol>
      @for (entry of entries(); track entry.id) {
        <li [class]="entry.kind">
          @switch (entry.kind) {
            @case ('update') {
              <cs-update-entry
                class="cs-card"
                [incidentId]="incidentId()"
                [update]="entry.update"
                [mayManage]="mayManage()"
                (changed)="changed.emit()"
              />
            }
            @case ('state') {
              <cs-state look="icon" [state]="entry.state" />
              <p>
                <a class="cs-name" [routerLink]="['/systems', entry.system.id]">{{ entry.system.name }}</a>
                is {{ stateWords[entry.state].toLowerCase() }}
                @if (entry.reason; as reason) {
                  <span class="cs-soft">{{ reason }}</span>
                }
              </p>
              <cs-time class="cs-faint" say="short" [at]="entry.at" />
            }
            @case ('notification') {
              <cs-icon name="mail" />
              <p>
                {{ entry.title }}
                <span class="cs-soft">
                  {{ entry.people === 1 ? '1 person' : entry.people + ' people' }} told
                  @for (delivery of entry.deliveries; track $index) {
                    · {{ delivery.channel }} to {{ delivery.recipient }}
                    @if (delivery.status !== 'sent') {
                      ({{ delivery.status }})
                    }
                  }
                </span>
              </p>
              <cs-time class="cs-faint" say="short" [at]="entry.at" />
            }
            @default {
              <cs-icon [name]="icons[entry.kind]" />
              <p>
                <strong>{{ entry.by.name }}</strong> {{ actWords(entry) }}
              </p>
              <cs-time class="cs-faint" say="short" [at]="entry.at" />
            }
          }
        </li>
      } @empty {
        <li><cs-empty-state icon="clock" title="Nothing yet" text="What people write and do appears here." /></li>
      }
    </ol>
  `,
  styles: `
    ol {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
    }

    li:not(.update) {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      padding: 2px 12px;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    li > cs-icon {
      margin-top: 2px;
      color: var(--cs-text-faint);
    }

    p {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }

    .cs-soft {
      display: block;
    }

    strong {
      font-weight: 600;
    }
  `,
})
export class IncidentTimeline {
  readonly incidentId = input.required<string>();
  readonly entries = input.required<readonly TimelineEntry[]>();
  readonly mayManage = input.required<boolean>();
  readonly changed = output();
  private readonly updates = viewChildren(UpdateEntry);

  protected readonly icons = icons;
  protected readonly stateWords = stateWords;
  protected readonly actWords = actWords;

  hasChanges(): boolean {
    return this.updates().some((update) => update.hasChanges());
  }
}
