import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import type { AnnouncementSeverity } from '@checkstack/api';
import { Icon, type IconName } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';

const icons: Record<AnnouncementSeverity, IconName> = {
  info: 'announcement',
  warning: 'degraded',
  critical: 'unhealthy',
};
const spoken: Record<AnnouncementSeverity, string> = { info: 'Announcement', warning: 'Warning', critical: 'Critical' };

/** One announcement, as everybody sees it. */
@Component({
  selector: 'cs-announcement',
  imports: [Icon, Markdown, MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'severity()' },
  template: `
    <cs-icon [name]="icon()" />
    <span class="cs-visually-hidden">{{ word() }}:</span>
    <cs-markdown [source]="message()" />
    @if (dismissible()) {
      <button matIconButton type="button" aria-label="Put this announcement away" (click)="dismissed.emit()">
        <cs-icon name="close" />
      </button>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      padding: 9px 14px;
      border: 1px solid color-mix(in srgb, var(--tone) 30%, transparent);
      border-radius: var(--cs-radius);
      background: var(--tone-soft);
      font-size: 0.8125rem;
      line-height: 1.25rem;
      --tone: var(--cs-accent);
      --tone-soft: var(--cs-accent-soft);
    }

    :host(.warning) {
      --tone: var(--cs-degraded);
      --tone-soft: var(--cs-degraded-soft);
    }

    :host(.critical) {
      --tone: var(--cs-unhealthy);
      --tone-soft: var(--cs-unhealthy-soft);
    }

    :host > cs-icon {
      flex: none;
      margin-top: 2px;
      color: var(--tone);
    }

    cs-markdown {
      flex: 1;
      min-width: 0;
    }

    button {
      flex: none;
      margin: -7px -8px -7px 0;
    }
  `,
})
export class AnnouncementCard {
  readonly message = input.required<string>();
  readonly severity = input.required<AnnouncementSeverity>();
  readonly dismissible = input(false);
  readonly dismissed = output();

  protected readonly icon = computed(() => icons[this.severity()]);
  protected readonly word = computed(() => spoken[this.severity()]);
}
