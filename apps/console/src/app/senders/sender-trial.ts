import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import type { SenderTrial } from '@checkstack/api';
import { Notice } from '../ui/notice.js';

/** What came of a test: the service's own words, and the log below. */
@Component({
  selector: 'cs-sender-trial',
  imports: [Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = trial();
    <cs-notice [tone]="given.ok ? 'healthy' : 'unhealthy'">
      {{ given.sentence }}
      <span class="cs-faint took">{{ round(given.durationMs) }} ms</span>
    </cs-notice>
    @if (given.answer || given.log.length > 0) {
      <details>
        <summary>What happened</summary>
        @if (given.answer; as answer) {
          <p>
            Answer: <strong>{{ answer.status }}</strong>
            @if (answer.text) {
              <code>{{ answer.text }}</code>
            }
          </p>
        }
        <ol>
          @for (line of given.log; track $index) {
            <li>
              <span class="cs-faint">{{ round(line.atMs) }} ms</span> {{ line.text }}
            </li>
          }
        </ol>
      </details>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 8px;
    }

    .took {
      white-space: nowrap;
    }

    details {
      font-size: 0.8125rem;
    }

    summary {
      width: max-content;
      color: var(--cs-text-soft);
      cursor: pointer;
    }

    p,
    li {
      overflow-wrap: anywhere;
    }

    p {
      margin-top: 6px;
    }

    code {
      display: block;
      max-height: 120px;
      overflow: auto;
      white-space: pre-wrap;
    }

    ol {
      margin-top: 6px;
      font-family: var(--cs-mono, monospace);
      font-size: 0.75rem;
      line-height: 1.5;
    }
  `,
})
export class SenderTrialView {
  readonly trial = input.required<SenderTrial>();
  protected readonly round = Math.round;
}
