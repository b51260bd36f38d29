import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { acknowledge } from './acknowledge.js';

/** The open alert of a system: whether people were told, and who looks after it. */
@Component({
  selector: 'cs-system-alert',
  imports: [Icon, MatButton, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (alert.value()?.[0]; as open) {
      <section class="cs-card" aria-label="Alert">
        <cs-icon [name]="open.quiet ? 'bell-off' : 'bell'" [size]="18" />
        <div>
          @if (open.acknowledgedBy; as who) {
            <p>
              <strong>{{ who }}</strong> looks after it
              @if (open.acknowledgedAt; as at) {
                since <cs-time [at]="at" />
              }
            </p>
          } @else if (open.toldAt; as at) {
            <p><strong>Alerted</strong>&ngsp;<cs-time [at]="at" />, nobody has acknowledged it yet</p>
          } @else if (!open.quiet) {
            <p><strong>An alert is open</strong>, nobody is subscribed to it yet</p>
          }
          @if (open.quiet; as quiet) {
            <p class="cs-soft">{{ quiet.text }}</p>
          }
        </div>
        @if (open.acknowledgedAt === null && mayAcknowledge()) {
          <button matButton="filled" type="button" (click)="take(open.id)"><cs-icon name="tick" />Acknowledge</button>
        }
      </section>
    }
  `,
  styles: `
    // Where there is none, it takes no place.
    :host {
      display: contents;
    }

    section {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px 12px;
      padding: 10px 16px;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    div {
      flex: 1 1 240px;
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class SystemAlert {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  readonly systemId = input.required<string>();

  protected readonly alert = loaded({
    params: () => (this.#session.may('notifications.alert.read') ? this.systemId() : undefined),
    load: async (systemId, signal) =>
      (await this.#api.call(routes.alerts.list, { query: { systemId, open: 'true' }, signal })).items,
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'alert' ? 'reload' : value),
  });
  protected readonly mayAcknowledge = computed(() => this.#session.may('notifications.alert.manage'));

  protected async take(id: string): Promise<void> {
    const alert = await acknowledge(this.#api, this.#toasts, id);
    if (alert) this.alert.set([alert]);
  }
}
