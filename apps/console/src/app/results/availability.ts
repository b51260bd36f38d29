import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { routes, type TimeInStates } from '@checkstack/api';
import { Api } from '../api/api.js';
import { percentWords } from '../history/uptime-words.js';
import { loaded } from '../loading/loaded.js';
import { readRange } from '../ui/time-range.js';
import { topicOf, type Subject } from './subject.js';

/** How much of the time shown a check or a system was available, and how much of it is known. */
@Component({
  selector: 'cs-availability',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (words(); as said) {
      <strong>{{ said.available }}</strong>
      <span class="cs-faint">{{ said.known }}</span>
    }
  `,
  styles: `
    // Beside the heading, whatever else is in its line.
    :host {
      margin-inline-end: auto;
      font-size: 0.8125rem;
    }

    strong {
      margin-inline-end: 8px;
      font-weight: 600;

      &:empty {
        display: none;
      }
    }
  `,
})
export class Availability {
  readonly #api = inject(Api);

  readonly subject = input.required<Subject>();
  /** As in the address. */
  readonly range = input<string>();

  readonly #answer = loaded({
    params: () => ({ subject: this.subject(), range: this.range() }),
    load: ({ subject, range }, signal): Promise<TimeInStates> => {
      const { from, to } = readRange(range, Date.now());
      const query = { ...subject, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      return this.#api.call(routes.results.availability, { query, signal });
    },
    topics: ({ subject }) => [topicOf(subject)],
    patch: (answer, message) => (message.type === 'state' ? 'reload' : answer),
    gatherMs: 1000,
  });

  protected readonly words = computed(() => {
    const answer = this.#answer.value();
    return answer && availabilityWords(answer);
  });
}

/** Rounded down, so that only what was always available is 100 %; what is not known is told. */
export function availabilityWords(answer: Pick<TimeInStates, 'availablePercent' | 'knownPercent'>): {
  available: string;
  known: string;
} {
  const { availablePercent, knownPercent } = answer;
  if (availablePercent === null) return { available: '', known: 'Availability is not known' };
  const known = Math.floor(knownPercent ?? 0);
  return {
    available: `${percentWords(availablePercent)} available`,
    known: known >= 100 ? '' : `${known < 1 ? 'less than 1' : known} % of the time is known`,
  };
}
