import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Notification } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { importanceIcons } from './notification-words.js';

/** One notification: what happened, what came before it, and why it came here. */
@Component({
  selector: 'cs-notification',
  imports: [Icon, Markdown, MatButton, RouterLink, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'tone()', '[class.unread]': 'isUnread()' },
  template: `
    @let notification = of();
    <cs-icon [name]="icon()" [size]="18" />
    <div class="text">
      <p class="head">
        @if (isUnread()) {
          <span class="dot"><span class="cs-visually-hidden">Unread:</span></span>
        }
        @if (notification.action; as action) {
          <a [routerLink]="action.url" (click)="follow()">{{ notification.title }}</a>
        } @else {
          <strong>{{ notification.title }}</strong>
        }
        @if (notification.count > 1) {
          <span class="cs-tag">{{ notification.count }} messages</span>
        }
      </p>
      @if (notification.body) {
        <cs-markdown class="cs-soft" [source]="notification.body" />
      }
      @if (notification.fields.length > 0) {
        <p class="cs-faint fields">
          @for (field of notification.fields; track $index) {
            <span>{{ field.label }}: {{ field.value }}</span>
          }
        </p>
      }
      <div class="foot cs-faint">
        <cs-time [at]="notification.at" />
        <button matButton type="button" (click)="mark(isUnread())">
          Mark as {{ isUnread() ? 'read' : 'unread' }}<span class="cs-visually-hidden">: {{ notification.title }}</span>
        </button>
        <details>
          <summary>Why did I get this?</summary>
          <ul>
            @for (why of notification.why; track why) {
              <li>Because {{ why }}.</li>
            }
          </ul>
        </details>
        @if (notification.count > 1) {
          <details>
            <summary>What came before</summary>
            <ul>
              @for (entry of notification.entries.slice(1); track $index) {
                <li>{{ entry.title }}, <cs-time [at]="entry.at" /></li>
              }
            </ul>
          </details>
        }
      </div>
    </div>
  `,
  styles: `
    :host {
      display: flex;
      gap: 12px;
      padding: 12px 16px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;
      --tone: var(--cs-accent);
    }

    :host(.warning) {
      --tone: var(--cs-degraded);
    }

    :host(.critical) {
      --tone: var(--cs-unhealthy);
    }

    :host > cs-icon {
      flex: none;
      margin-top: 1px;
      color: var(--tone);
    }

    .text {
      flex: 1;
      min-width: 0;
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 8px;
      overflow-wrap: anywhere;

      a,
      strong {
        min-width: 0;
        color: var(--cs-text);
        font-size: 0.875rem;
        font-weight: 450;
      }
    }

    :host(.unread) .head a,
    :host(.unread) .head strong {
      font-weight: 600;
    }

    .dot {
      flex: none;
      width: 8px;
      height: 8px;
      border-radius: 50%;
      background: var(--cs-accent);
    }

    .fields,
    .foot {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 14px;
    }

    details {
      min-width: 0;

      &[open] {
        flex-basis: 100%;
      }
    }

    summary {
      min-height: 24px;
      cursor: pointer;
    }

    details li {
      overflow-wrap: anywhere;
    }
  `,
})
export class NotificationEntry {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);

  readonly of = input.required<Notification>();
  readonly marked = output<Notification>();
  /** Its link was followed. */
  readonly followed = output();

  protected readonly isUnread = computed(() => this.of().readAt === null);
  protected readonly tone = computed(() => this.of().importance);
  protected readonly icon = computed(() => importanceIcons[this.of().importance]);

  protected follow(): void {
    this.followed.emit();
    if (this.isUnread()) void this.mark(true);
  }

  protected async mark(read: boolean): Promise<void> {
    const notification = this.of();
    try {
      await this.#api.call(routes.notifications.mark, { params: { id: notification.id }, body: { read } });
      this.marked.emit({ ...notification, readAt: read ? new Date().toISOString() : null });
    } catch (error) {
      this.#toasts.failed(error);
    }
  }
}
