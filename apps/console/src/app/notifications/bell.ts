import { ChangeDetectionStrategy, Component, inject, signal, viewChild, type ElementRef } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Notification } from '@checkstack/api';
import { Api } from '../api/api.js';
import { LoadingView } from '../loading/loading.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toasts.js';
import { loadedInbox, withNotification } from './loaded-inbox.js';
import { NotificationEntry } from './notification-entry.js';
import { Unread } from './unread.js';

const shown = 10;

/** How many are unread, and the newest of them beside the page. */
@Component({
  selector: 'cs-bell',
  imports: [Icon, LoadingView, MatButton, MatIconButton, NotificationEntry, RouterLink],
  providers: [Unread],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      aria-haspopup="dialog"
      [attr.aria-expanded]="isOpen()"
      [attr.aria-label]="unread.count() === 0 ? 'Notifications' : 'Notifications, ' + unread.count() + ' unread'"
      (click)="toggle()"
    >
      <cs-icon name="bell" [size]="18" />
      @if (unread.count() > 0) {
        <span class="badge" aria-hidden="true">{{ unread.words() }}</span>
      }
    </button>
    <div #panel popover role="dialog" aria-label="Notifications" (toggle)="toggled($event)">
      <div class="head">
        <h2>Notifications</h2>
        <button matButton type="button" [disabled]="unread.count() === 0" (click)="markAll()">Mark all as read</button>
      </div>
      @if (isOpen()) {
        <div class="list" tabindex="-1">
          <cs-loading [of]="inbox" />
          @if (inbox.value(); as page) {
            @for (notification of page.items; track notification.id) {
              <cs-notification [of]="notification" (marked)="put($event)" (followed)="close()" />
            } @empty {
              <p class="none cs-soft">
                Nothing yet. You are told of what you are
                <a routerLink="/notification-settings" (click)="close()">subscribed to</a>.
              </p>
            }
          }
        </div>
      }
      <div class="foot">
        <a matButton routerLink="/inbox" (click)="close()">Open the inbox</a>
        <a matButton routerLink="/notification-settings" (click)="close()">What reaches you</a>
      </div>
    </div>
  `,
  styles: `
    :host {
      position: relative;
    }

    .badge {
      position: absolute;
      top: 2px;
      inset-inline-end: 0;
      min-width: 16px;
      padding: 0 4px;
      border-radius: 8px;
      background: var(--cs-unhealthy);
      color: var(--cs-surface);
      font-size: 0.625rem;
      font-weight: 650;
      line-height: 16px;
      text-align: center;
      pointer-events: none;
    }

    [popover] {
      inset: 52px 12px auto auto;
      width: min(440px, 100vw - 24px);
      max-height: calc(100dvh - 72px);
      padding: 0;
      overflow: hidden;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius);
      background: var(--cs-surface);
      color: var(--cs-text);
      box-shadow: 0 12px 40px rgb(8 12 20 / 28%);

      &:popover-open {
        display: flex;
        flex-direction: column;
      }
    }

    .head,
    .foot {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 8px;
      padding: 8px 8px 8px 16px;
      border-bottom: 1px solid var(--cs-line);
    }

    .foot {
      padding-inline-start: 8px;
      border: 0;
      border-top: 1px solid var(--cs-line);
    }

    .list {
      overflow-y: auto;
    }

    .none {
      padding: 28px 20px;
      text-align: center;
    }
  `,
})
export class Bell {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);
  private readonly panel = viewChild.required<ElementRef<HTMLElement>>('panel');

  protected readonly unread = inject(Unread);
  protected readonly isOpen = signal(false);
  protected readonly inbox = loadedInbox(() => (this.isOpen() ? { limit: shown, unread: false } : undefined));

  protected toggle(): void {
    this.panel().nativeElement.togglePopover();
  }

  protected close(): void {
    this.panel().nativeElement.hidePopover();
  }

  protected toggled(event: Event): void {
    this.isOpen.set((event as ToggleEvent).newState === 'open');
  }

  protected put(notification: Notification): void {
    const page = this.inbox.value();
    if (page) this.inbox.set(withNotification(page, notification));
  }

  protected async markAll(): Promise<void> {
    // What comes while one looks stays unread.
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
