import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { families, routes, type Family, type Notification } from '@checkstack/api';
import { Api } from '../api/api.js';
import { LoadingView } from '../loading/loading.js';
import { ChoiceBar, type Choice } from '../ui/choice-bar.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { Toasts } from '../ui/toasts.js';
import { loadedInbox, withNotification } from './loaded-inbox.js';
import { NotificationEntry } from './notification-entry.js';
import { familyWords } from './notification-words.js';

const step = 50;
const most = 1000;

/** All that one was told. */
@Component({
  selector: 'cs-inbox',
  imports: [ChoiceBar, EmptyState, Icon, LoadingView, MatButton, NotificationEntry, PageHeader, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-page-header heading="Inbox">
      <ng-container actions>
        <button matButton="outlined" type="button" [disabled]="!hasUnread()" (click)="markAll()">
          <cs-icon name="tick" />Mark all as read
        </button>
        <a matButton="outlined" routerLink="/notification-settings"><cs-icon name="settings" />What reaches you</a>
      </ng-container>
    </cs-page-header>
    <div class="cs-filters">
      <cs-choice-bar
        label="Which"
        [choices]="choices"
        [value]="unread() ? 'unread' : 'all'"
        (picked)="query({ unread: $event === 'unread' ? 'true' : null })"
      />
      <cs-choice-bar
        label="About"
        [choices]="kinds"
        [value]="family() ?? 'all'"
        (picked)="query({ family: $event === 'all' ? null : $event })"
      />
    </div>
    <cs-loading [of]="inbox" />
    @if (inbox.value(); as page) {
      @if (page.items.length > 0) {
        <div class="cs-card list">
          @for (notification of page.items; track notification.id) {
            <cs-notification [of]="notification" (marked)="put($event)" />
          }
        </div>
        @if (page.isCut && limit() < most) {
          <p><button matButton="outlined" type="button" (click)="more()">Show more</button></p>
        }
      } @else {
        <cs-empty-state
          icon="bell"
          [title]="unread() || family() ? 'Nothing fits' : 'Nothing yet'"
          text="What happens to systems that you are subscribed to arrives here at once, also in your quiet hours."
        >
          <a matButton="outlined" routerLink="/notification-settings">Choose what reaches you</a>
        </cs-empty-state>
      }
    }
  `,
  styles: `
    :host {
      display: block;
      max-width: 860px;
    }

    .list {
      margin-top: 14px;
      overflow: hidden;
    }

    p {
      margin-top: 14px;
      text-align: center;
    }
  `,
})
export class Inbox {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly unread = input<string>();
  readonly family = input<Family>();

  protected readonly most = most;
  protected readonly limit = linkedSignal<string, number>({
    source: () => `${this.unread()} ${this.family()}`,
    computation: () => step,
  });
  protected readonly inbox = loadedInbox(() => ({
    limit: this.limit(),
    unread: this.unread() === 'true',
    family: this.family(),
  }));
  protected readonly hasUnread = computed(() => this.inbox.value()?.items.some(({ readAt }) => readAt === null));
  protected readonly choices: readonly Choice<'all' | 'unread'>[] = [
    { value: 'all', label: 'All' },
    { value: 'unread', label: 'Unread' },
  ];
  protected readonly kinds: readonly Choice<Family | 'all'>[] = [
    { value: 'all', label: 'Everything' },
    ...families.map((value) => ({ value, label: familyWords[value].title })),
  ];

  protected more(): void {
    this.limit.update((limit) => Math.min(most, limit + step));
  }

  protected put(notification: Notification): void {
    const page = this.inbox.value();
    if (page) this.inbox.set(withNotification(page, notification));
  }

  protected async markAll(): Promise<void> {
    const newest = this.inbox.value()?.items[0];
    if (!newest) return;
    try {
      await this.#api.call(routes.notifications.markAll, { body: { until: newest.at } });
      this.inbox.reload();
    } catch (error) {
      this.#toasts.failed(error);
    }
  }
}
