import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { SenderTraffic } from '@checkstack/api';
import { TimeAgo } from '../ui/time-ago.js';

/** How what leaves by a channel or an integration stands, leading to its log. */
@Component({
  selector: 'cs-traffic-line',
  imports: [RouterLink, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = traffic();
    <a routerLink="/settings/deliveries" [queryParams]="query()">
      @if (given.lastSentAt; as at) {
        Sent <cs-time [at]="at" />
      } @else {
        Nothing sent yet
      }
    </a>
    @if (given.waiting > 0) {
      <a routerLink="/settings/deliveries" [queryParams]="{ ...query(), state: 'waiting' }" class="cs-tag">
        {{ given.waiting }} waiting
      </a>
    }
    @if (given.dead > 0) {
      <a routerLink="/settings/deliveries" [queryParams]="{ ...query(), state: 'dead' }" class="cs-tag dead">
        {{ given.dead }} not delivered
      </a>
    }
  `,
  styles: `
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px 8px;
    }

    .dead {
      background: var(--cs-unhealthy-soft);
      color: var(--cs-unhealthy);
      font-weight: 550;
    }
  `,
})
export class TrafficLine {
  readonly traffic = input.required<SenderTraffic>();
  readonly of = input.required<{ channelId: string } | { integrationId: string }>();
  protected readonly query = computed(() => this.of());
}
