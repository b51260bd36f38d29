import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { History, Slice } from '@checkstack/api';
import { InMaintenance } from '../maintenance/maintenance-badges.js';
import { Duration } from '../ui/duration.js';
import { FlappingBadge } from '../ui/flapping-badge.js';
import { PausedBadge } from '../ui/paused-badge.js';
import { Sparkline } from '../ui/sparkline.js';
import { StateBadge } from '../ui/state-badge.js';
import { TimeAgo } from '../ui/time-ago.js';
import { sliceNames } from './slice-names.js';

/** Slices side by side: what each location says. */
@Component({
  selector: 'cs-slice-cards',
  imports: [Duration, FlappingBadge, InMaintenance, PausedBadge, RouterLink, Sparkline, StateBadge, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (card of cards(); track card.slice.id) {
        @let slice = card.slice;
        <li class="cs-card">
          <div class="top">
            <h3 class="cs-clip" [title]="card.name">{{ card.name }}</h3>
            <cs-flapping [since]="slice.flappingSince" />
            <cs-in-maintenance look="icon" [of]="slice.maintenance" />
            @if (slice.paused) {
              <cs-paused />
            } @else {
              <cs-state look="pill" [state]="slice.state.state" />
            }
          </div>
          @if (slice.lastRun; as last) {
            <div class="figures">
              <a [routerLink]="['/runs', last.id]">
                <span class="cs-visually-hidden">Newest run:</span>
                <strong [class.failed]="last.failure">{{
                  last.verdict === 'unknown' ? '–' : (last.durationMs | duration)
                }}</strong>
                <cs-time class="cs-faint" [at]="last.slot" />
              </a>
              @if (card.values.length > 1) {
                <cs-sparkline [values]="card.values" />
              }
            </div>
          } @else {
            <p class="cs-faint">No run yet</p>
          }
          @if (slice.state.state !== 'healthy' && slice.state.reason; as reason) {
            <p class="reason">{{ reason }}</p>
          }
          <p class="cs-faint foot">
            @if (slice.state.since; as since) {
              <span>For <cs-time say="for" [at]="since" /></span>
            }
            <span class="cs-clip">{{ slice.satellite ? 'on ' + slice.satellite.name : 'no satellite runs it' }}</span>
          </p>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(228px, 100%), 1fr));
      gap: 12px;
    }

    li {
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-width: 0;
      padding: 12px 14px;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    .top,
    .figures,
    .foot {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 10px;
    }

    .figures a {
      color: inherit;
      white-space: nowrap;
    }

    h3 {
      flex: 1;
    }

    strong {
      margin-inline-end: 8px;
      font-size: 1.125rem;
      font-weight: 600;
      letter-spacing: -0.01em;
    }

    // How long a failure took says little.
    .failed {
      color: var(--cs-text-faint);
    }

    .reason {
      color: var(--cs-text-soft);
      overflow-wrap: anywhere;
    }

    .foot {
      margin-top: auto;
      font-size: 0.75rem;
    }
  `,
})
export class SliceCards {
  readonly slices = input.required<readonly Slice[]>();
  readonly history = input<History>();

  protected readonly cards = computed(() => {
    const slices = this.slices();
    const names = sliceNames(slices);
    const measured = new Map(
      this.history()?.series.map(({ slice, buckets }) => [
        slice?.id,
        // Empty buckets between two runs say nothing in so small a picture.
        buckets.filter(({ meanMs, unknown }) => meanMs !== null || unknown > 0).map(({ meanMs }) => meanMs),
      ]),
    );
    return slices.map((slice) => ({ slice, name: names.get(slice.id) ?? '', values: measured.get(slice.id) ?? [] }));
  });
}
