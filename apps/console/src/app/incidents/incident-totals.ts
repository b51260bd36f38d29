import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { secondsWords } from './incident-words.js';

/** How many incidents there were in a span, and how long people took. */
@Component({
  selector: 'cs-incident-totals',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (report.value(); as report) {
      <dl class="cs-card">
        <div>
          <dt>Opened</dt>
          <dd class="cs-figure">{{ report.opened }}</dd>
        </div>
        <div>
          <dt>Open now</dt>
          <dd class="cs-figure">{{ report.open }}</dd>
        </div>
        <div>
          <dt>Time to acknowledge</dt>
          <dd class="cs-figure">
            {{ words(report.secondsToAcknowledge.median) }}
            @if (report.secondsToAcknowledge.count >= enough) {
              <span>9 of 10 within {{ words(report.secondsToAcknowledge.p90) }}</span>
            }
          </dd>
        </div>
        <div>
          <dt>Time to resolve</dt>
          <dd class="cs-figure">
            {{ words(report.secondsToResolve.median) }}
            @if (report.secondsToResolve.count >= enough) {
              <span>9 of 10 within {{ words(report.secondsToResolve.p90) }}</span>
            }
          </dd>
        </div>
      </dl>
    }
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
      gap: 10px 20px;
      margin-bottom: 12px;
      padding: 12px 16px;
    }

    dt {
      color: var(--cs-text-soft);
      font-size: 0.75rem;
    }

    dd {
      font-size: 1.0625rem;
      font-weight: 600;
      line-height: 1.5rem;
    }

    span {
      display: block;
      color: var(--cs-text-faint);
      font-size: 0.75rem;
      font-weight: 400;
      line-height: 1rem;
    }
  `,
})
export class IncidentTotals {
  readonly #api = inject(Api);

  /** Since when; undefined: ever. */
  readonly from = input<string>();

  protected readonly report = loaded({
    params: () => ({ from: this.from() }),
    load: ({ from }, signal) => this.#api.call(routes.incidents.report, { query: { ...(from && { from }) }, signal }),
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'incident' ? 'reload' : value),
    gatherMs: 1000,
  });
  protected readonly words = secondsWords;
  /** Of fewer, a share says nothing. */
  protected readonly enough = 10;
}
