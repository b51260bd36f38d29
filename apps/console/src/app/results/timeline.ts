import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { EmptyState } from '../ui/empty-state.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { spanWords } from '../ui/time.js';
import { topicOf, type Subject } from './subject.js';

/** When the state of a check or system changed, and why; newest first. */
@Component({
  selector: 'cs-timeline',
  imports: [EmptyState, LoadingView, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="intervals" />
    <ol>
      @for (interval of intervals.value(); track interval.subject.id + interval.from) {
        <li>
          <cs-state [state]="interval.state" />
          <span class="when">
            <cs-time [at]="interval.from" />
            <span class="cs-faint">
              · {{ interval.to ? 'for ' + length(interval.from, interval.to) : 'until now' }}
            </span>
          </span>
          @if (interval.reason; as reason) {
            <p>{{ reason }}</p>
          }
        </li>
      } @empty {
        @if (intervals.value()) {
          <cs-empty-state icon="clock" title="No changes yet" text="When the state changes, it is written down here." />
        }
      }
    </ol>
  `,
  styles: `
    li {
      display: grid;
      grid-template-columns: 104px 1fr;
      align-items: start;
      gap: 2px 12px;
      padding: 9px 0;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }
    }

    p {
      grid-column: 2;
      color: var(--cs-text-soft);
      overflow-wrap: anywhere;
    }
  `,
})
export class Timeline {
  readonly #api = inject(Api);

  readonly subject = input.required<Subject>();
  readonly limit = input(20);

  protected readonly intervals = loaded({
    params: () => ({ ...this.subject(), limit: this.limit() }),
    load: async (query, signal) => (await this.#api.call(routes.results.intervals, { query, signal })).items,
    topics: () => [topicOf(this.subject())],
    patch: (value, message) => (message.type === 'state' && message.subject.kind !== 'slice' ? 'reload' : value),
    gatherMs: 500,
  });

  protected length(from: string, to: string): string {
    return spanWords(Date.parse(to) - Date.parse(from));
  }
}
