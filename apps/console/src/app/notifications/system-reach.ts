import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toasts.js';

/** What reaches oneself of a system, why, and how to hear nothing of it. */
@Component({
  selector: 'cs-system-reach',
  imports: [Icon, LoadingView, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading [of]="reach" />
    @if (reach.value(); as value) {
      @if (value.muted) {
        <p>You muted it and hear nothing of it.</p>
      } @else {
        <ul>
          @for (item of value.items; track item.subscription.id) {
            <li>You hear of {{ item.why }}.</li>
          } @empty {
            <li>
              Nothing: neither you nor a team of yours
              <a routerLink="/notification-settings">is subscribed</a> to it.
            </li>
          }
        </ul>
      }
      @if (value.muted || value.items.length > 0) {
        <button matButton="outlined" type="button" (click)="mute(!value.muted)">
          <cs-icon [name]="value.muted ? 'bell' : 'bell-off'" />{{ value.muted ? 'Hear of it again' : 'Mute for me' }}
        </button>
      }
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 10px;
      justify-items: start;
      font-size: 0.8125rem;
      line-height: 1.25rem;
      overflow-wrap: anywhere;
    }

    li + li {
      margin-top: 6px;
    }
  `,
})
export class SystemReach {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);

  readonly systemId = input.required<string>();

  protected readonly reach = loaded({
    params: () => this.systemId(),
    load: (systemId, signal) => this.#api.call(routes.notifications.reach, { query: { systemId }, signal }),
    topics: () => ['catalog'],
    patch: (reach, message) =>
      message.type === 'changed' && ['subscription', 'team', 'group'].includes(message.thing) ? 'reload' : reach,
  });

  protected async mute(isMuted: boolean): Promise<void> {
    const route = isMuted ? routes.notifications.mute : routes.notifications.unmute;
    try {
      await this.#api.call(route, { params: { id: this.systemId() } });
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.reach.reload();
  }
}
