import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { routes, type RouteAnswer } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { topicOf, type Subject } from '../results/subject.js';
import { Clock } from '../ui/clock.js';
import { injectQuery } from '../ui/query.js';
import { presetMs } from '../ui/time-range.js';
import { spanWords } from '../ui/time.js';
import { UptimeBars } from './uptime-bars.js';
import { knownWords, percentWords } from './uptime-words.js';

type Answer = RouteAnswer<typeof routes.results.availability>;

/** Spans with as many bars as make good parts of them: half hours, six hours, days. */
const spans = [
  { value: '24h', label: '24 h', words: 'last 24 hours', parts: 48, ends: ['24 h ago', 'now'] },
  { value: '7d', label: '7 d', words: 'last 7 days', parts: 28, ends: ['7 days ago', 'now'] },
  { value: '30d', label: '30 d', words: 'last 30 days', parts: 30, ends: ['30 days ago', 'now'] },
  { value: '90d', label: '90 d', words: 'last 90 days', parts: 90, ends: ['90 days ago', 'now'] },
] as const;
const againAfterMs = 300_000;

/** How much of the time it was available, over four spans, and when it was not. */
@Component({
  selector: 'cs-uptime',
  imports: [LoadingView, MatCheckbox, UptimeBars],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="answers" shape="line" />
    @if (answers.value(); as all) {
      <div class="figures" role="group" aria-label="Span of the bars">
        @for (span of spans; track span.value; let index = $index) {
          <button type="button" [attr.aria-pressed]="span === shown()" (click)="query({ uptime: span.value })">
            <span class="cs-faint">{{ span.label }}</span>
            <strong>{{ percent(all[index]) }}</strong>
            <span class="cs-faint known">{{ known(all[index]) }}</span>
          </button>
        }
      </div>
      <mat-checkbox [checked]="isExcluding()" (change)="query({ maintenance: $event.checked ? 'excluded' : null })">
        Leave maintenance out
        @if (excludedWords(); as words) {
          <span class="cs-faint">({{ words }})</span>
        }
      </mat-checkbox>
      @if (drawn(); as answer) {
        <cs-uptime-bars [label]="label()" [parts]="answer.parts" />
        <p class="cs-faint ends" aria-hidden="true">
          <span>{{ shown().ends[0] }}</span>
          <span>{{ shown().ends[1] }}</span>
        </p>
      }
    }
  `,
  styles: `
    :host {
      display: block;
      padding: 12px 14px;
    }

    .figures {
      display: grid;
      grid-template-columns: repeat(4, minmax(0, 1fr));
      gap: 8px;
      margin-bottom: 10px;
    }

    button {
      display: grid;
      align-content: start;
      gap: 1px;
      padding: 6px 10px;
      border: 1px solid transparent;
      border-radius: var(--cs-radius-small);
      background: none;
      color: var(--cs-text);
      font: inherit;
      font-size: 0.75rem;
      text-align: start;
      cursor: pointer;

      &:hover {
        background: var(--cs-hover);
      }

      &[aria-pressed='true'] {
        border-color: var(--cs-line);
        background: var(--cs-sunken);
      }
    }

    strong {
      font-size: 1rem;
      font-weight: 600;
      font-variant-numeric: tabular-nums;
      letter-spacing: -0.01em;
    }

    .known {
      min-height: 1.25em;
      line-height: 1.25;
    }

    .ends {
      display: flex;
      justify-content: space-between;
      margin-top: 4px;
      font-size: 0.75rem;
    }

    @media (width < 720px) {
      .figures {
        grid-template-columns: repeat(2, minmax(0, 1fr));
      }
    }
  `,
})
export class Uptime {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  protected readonly query = injectQuery();

  readonly subject = input.required<Subject>();
  /** As in the address: `30d`. */
  readonly span = input<string>();
  /** As in the address: `excluded`. */
  readonly maintenance = input<string>();

  protected readonly spans = spans;
  protected readonly isExcluding = computed(() => this.maintenance() === 'excluded');
  readonly #maintenance = computed(() => (this.isExcluding() ? 'excluded' : 'included'));
  readonly #again = computed(() => Math.floor(this.#clock.now() / againAfterMs));
  protected readonly answers = loaded<
    readonly Answer[],
    { subject: Subject; again: number; maintenance: 'included' | 'excluded' }
  >({
    params: () => ({ subject: this.subject(), again: this.#again(), maintenance: this.#maintenance() }),
    load: ({ subject, maintenance }, signal) => {
      const now = Date.now();
      return Promise.all(
        spans.map(({ value, parts }) => {
          const span = { from: new Date(now - presetMs[value]).toISOString(), to: new Date(now).toISOString() };
          return this.#api.call(routes.results.availability, {
            query: { ...subject, ...span, parts, maintenance },
            signal,
          });
        }),
      );
    },
    topics: ({ subject }) => [topicOf(subject)],
    patch: (answers, message) => (message.type === 'state' && message.subject.kind !== 'slice' ? 'reload' : answers),
    gatherMs: 1000,
  });
  protected readonly shown = computed(() => spans.find(({ value }) => value === this.span()) ?? spans[2]);
  protected readonly drawn = computed(() => this.answers.value()?.[spans.indexOf(this.shown())]);
  protected readonly excludedWords = computed(() => {
    const seconds = this.drawn()?.excludedSeconds ?? 0;
    return this.isExcluding() && this.drawn() ? `${spanWords(seconds * 1000)} left out` : '';
  });
  protected readonly label = computed(() => {
    const answer = this.drawn();
    const known = answer ? knownWords(answer) : '';
    const percent = answer?.availablePercent ?? null;
    const available = percent === null ? 'availability is not known' : `${percentWords(percent)} available`;
    return `Over the ${this.shown().words}: ${[available, ...(known ? [known] : [])].join(', ')}`;
  });

  protected percent(answer: Answer | undefined): string {
    return percentWords(answer?.availablePercent ?? null);
  }

  protected known(answer: Answer | undefined): string {
    return answer && answer.availablePercent !== null ? knownWords(answer) : '';
  }
}
