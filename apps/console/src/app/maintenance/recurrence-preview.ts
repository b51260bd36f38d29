import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { routes } from '@checkstack/api';
import { debounceTime } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { windowWords } from './maintenance-words.js';
import { recurrenceWords } from './recurrence-draft.js';

export interface PreviewedRecurrence {
  rule: string;
  timeZone: string;
  from: string;
  to: string;
}

const shown = 5;

/** What was chosen, in words and as the next dates, as the hub reckons them. */
@Component({
  selector: 'cs-recurrence-preview',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="cs-card" aria-live="polite">
      @if (recurrence(); as given) {
        <p class="words">{{ words() }}</p>
        @if (dates.problem(); as problem) {
          <p class="trouble">{{ problem.detail }}</p>
        } @else {
          <ol>
            @for (date of dates.value(); track date.from) {
              <li>{{ windowWords(date, given.timeZone) }}</li>
            }
          </ol>
        }
      } @else {
        <p class="cs-soft">Say when the first one begins and ends, and the next dates are shown here.</p>
      }
    </div>
  `,
  styles: `
    div {
      padding: 10px 14px;
      font-size: 0.8125rem;
      line-height: 1.375rem;
    }

    .words {
      font-weight: 550;
    }

    ol {
      color: var(--cs-text-soft);
      font-variant-numeric: tabular-nums;
    }

    .trouble {
      color: var(--cs-unhealthy);
    }
  `,
})
export class RecurrencePreview {
  readonly #api = inject(Api);

  readonly recurrence = input.required<PreviewedRecurrence | undefined>();

  protected readonly windowWords = windowWords;
  protected readonly words = computed(() => recurrenceWords(this.recurrence()?.rule ?? ''));
  readonly #asked = toSignal(toObservable(this.recurrence).pipe(debounceTime(250)));
  protected readonly dates = loaded({
    params: () => this.#asked(),
    load: async (given, signal) => {
      const query = { ...given, count: shown };
      return (await this.#api.call(routes.maintenanceSeries.preview, { query, signal })).items;
    },
  });
}
