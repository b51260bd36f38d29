import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { routes, type Satellite } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Clock } from '../ui/clock.js';
import { gapAmount, gapReason, gapTime, gapTitle } from './gap-words.js';

const spans = [
  { hours: 24, label: '24 h', words: '24 hours' },
  { hours: 168, label: '7 d', words: '7 days' },
];
const againAfterMs = 60_000;

/** Runs that a satellite owes: when, how many, of which checks, and why. An outage is one line. */
@Component({
  selector: 'cs-satellite-gaps',
  imports: [LoadingView, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="cs-section-head">
      <h2 id="gaps-title">What is missing</h2>
      <div role="group" aria-label="Time span">
        @for (span of spans; track span.hours) {
          <button type="button" [attr.aria-pressed]="hours() === span.hours" (click)="hours.set(span.hours)">
            {{ span.label }}
          </button>
        }
      </div>
    </div>
    <div class="cs-card">
      <cs-loading shape="line" [of]="gaps" />
      @if (gaps.value(); as value) {
        <ul>
          @for (gap of value.items; track gap.reason + gap.from) {
            <li>
              <span class="when cs-figure" [title]="title(gap)">{{ time(gap) }}</span>
              <span class="what">
                <strong>{{ amount(gap) }}</strong>: {{ reason(gap.reason) }}.
                <span class="cs-faint checks">
                  @for (check of gap.checks; track check.id) {
                    <a [routerLink]="['/checks', check.id]">{{ check.name }}</a>{{ $last ? '' : ', ' }}
                  }
                  @if (gap.checkCount > gap.checks.length) {
                    and {{ gap.checkCount - gap.checks.length }} more
                  }
                </span>
              </span>
            </li>
          } @empty {
            <li class="cs-soft">Nothing in the last {{ words() }}: every run that was due is stored.</li>
          }
        </ul>
        @if (value.more) {
          <p class="cs-faint cs-small">Older ones are left out.</p>
        }
      }
    </div>
  `,
  styles: `
    button {
      height: 30px;
      padding: 0 10px;
      border: 1px solid var(--cs-line);
      background: var(--cs-surface);
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.8125rem;
      cursor: pointer;

      &:first-child {
        border-start-start-radius: var(--cs-radius-small);
        border-end-start-radius: var(--cs-radius-small);
      }

      &:last-child {
        border-inline-start: 0;
        border-start-end-radius: var(--cs-radius-small);
        border-end-end-radius: var(--cs-radius-small);
      }

      &[aria-pressed='true'] {
        background: var(--cs-accent-soft);
        color: var(--cs-text);
      }
    }

    [role='group'] {
      display: flex;
    }

    li {
      display: grid;
      grid-template-columns: 190px minmax(0, 1fr);
      gap: 2px 14px;
      padding: 9px 16px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }

      &.cs-soft {
        grid-template-columns: 1fr;
      }

      @media (width < 720px) {
        grid-template-columns: minmax(0, 1fr);
      }
    }

    .what {
      overflow-wrap: anywhere;
    }

    .checks {
      display: block;
    }

    strong {
      font-weight: 600;
    }

    p {
      padding: 8px 16px;
    }
  `,
})
export class SatelliteGaps {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);

  readonly satellite = input.required<Pick<Satellite, 'id' | 'status' | 'gauges'>>();

  protected readonly spans = spans;
  protected readonly hours = signal(24);
  protected readonly words = computed(() => spans.find(({ hours }) => hours === this.hours())?.words);
  /** Read again when it comes, goes, or loses something, and once in a while: what the hub notices comes later. */
  readonly #asked = computed(
    () => {
      const { id, status, gauges } = this.satellite();
      const minute = Math.floor(this.#clock.now() / againAfterMs);
      return { id, hours: this.hours(), because: [status, gauges?.lostRecords, minute].join(' ') };
    },
    { equal: (left, right) => JSON.stringify(left) === JSON.stringify(right) },
  );
  protected readonly gaps = loaded({
    params: () => this.#asked(),
    load: ({ id, hours }, signal) => {
      const now = Date.now();
      const query = { from: new Date(now - hours * 3_600_000).toISOString(), to: new Date(now).toISOString() };
      return this.#api.call(routes.satellites.gaps, { params: { id }, query, signal });
    },
  });
  protected readonly reason = gapReason;
  protected readonly amount = gapAmount;
  protected readonly title = gapTitle;

  protected time(gap: { from: string; to: string }): string {
    return gapTime(gap, this.#clock.now());
  }
}
