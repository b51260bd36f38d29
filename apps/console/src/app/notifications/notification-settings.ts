import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { routes, type Named, type Subscription } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { Destinations } from '../channels/destinations.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { targetWords } from './notification-words.js';
import { QuietHoursForm } from './quiet-hours-form.js';

/** What reaches oneself, why, where, and when not. */
@Component({
  selector: 'cs-notification-settings',
  imports: [Destinations, Icon, LoadingView, MatButton, MatIconButton, PageHeader, QuietHoursForm, RouterLink, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './notification-settings.html',
  styles: `
    :host {
      display: block;
      max-width: 860px;
    }

    section {
      padding: 20px;
      margin-bottom: 16px;

      > p {
        margin-bottom: 12px;
      }
    }

    li {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 10px 0;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      &:last-child {
        border-bottom: 0;
      }

      > div {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
    }

    strong {
      font-size: 0.875rem;
      font-weight: 550;
    }
  `,
})
export class NotificationSettingsPage {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  protected readonly reach = loaded({
    load: (_, signal) => this.#api.call(routes.notifications.reach, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (reach, message) =>
      message.type === 'changed' && ['subscription', 'team', 'group', 'system'].includes(message.thing)
        ? 'reload'
        : reach,
  });
  protected readonly settings = loaded({
    load: (_, signal) => this.#api.call(routes.notifications.settings, { signal }),
  });
  protected readonly teams = loaded({
    params: () => (this.#session.may('access.team.read') ? true : undefined),
    load: async (_, signal) => (await this.#api.call(routes.teams.list, { signal })).items,
  });
  readonly #managed = computed(() => {
    const me = this.#session.user()?.id;
    const isManager = (team: { members: { userId: string; manager: boolean }[] }): boolean =>
      team.members.some(({ userId, manager }) => manager && userId === me);
    return new Set((this.teams.value() ?? []).filter(isManager).map(({ id }) => id));
  });
  protected readonly targetWords = targetWords;

  protected mayEdit({ recipient }: Subscription): boolean {
    return recipient.kind === 'user' || this.#managed().has(recipient.id) || this.#session.may('access.team.manage');
  }

  protected async edit(subscription?: Subscription): Promise<void> {
    const { SubscriptionDialog } = await import('./subscription-dialog.js');
    const opened = this.#dialog.open(SubscriptionDialog, {
      data: subscription,
      width: '520px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.reach.reload();
  }

  protected async remove({ id, target, recipient, version }: Subscription): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `End the subscription to ${targetWords(target)}?`,
      text:
        recipient.kind === 'team'
          ? `Nobody in the team ${recipient.name} is told by it any more.`
          : 'You are not told by it any more. Other subscriptions stay.',
      action: 'End subscription',
      act: () => this.#api.call(routes.subscriptions.remove, { params: { id }, version }),
    });
    if (isDone) this.reach.reload();
  }

  protected async unmute({ id, name }: Named): Promise<void> {
    try {
      await this.#api.call(routes.notifications.unmute, { params: { id } });
      this.#toasts.done(`You hear of ${name} again.`);
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.settings.reload();
  }
}
