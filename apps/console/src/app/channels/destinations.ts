import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { routes, type Destination } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toasts.js';

/** Where one’s own messages arrive, or those of a team. */
@Component({
  selector: 'cs-destinations',
  imports: [Icon, LoadingView, MatButton, MatIconButton, MatSlideToggle],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './destinations.html',
  styleUrl: './destinations.scss',
})
export class Destinations {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #toasts = inject(Toasts);

  /** Absent: one’s own. */
  readonly teamId = input<string>();
  readonly mayChange = input(true);

  protected readonly channels = loaded({
    load: async (_, signal) => (await this.#api.call(routes.destinations.channels, { signal })).items,
  });
  protected readonly destinations = loaded({
    params: () => ({ teamId: this.teamId() }),
    load: async ({ teamId }, signal) => {
      const { items } = await this.#api.call(routes.destinations.list, {
        query: teamId === undefined ? {} : { teamId },
        signal,
      });
      // One’s own come with those of one’s teams, which are shown there.
      return items.filter(({ team }) => (team?.id ?? undefined) === teamId);
    },
    topics: () => ['catalog'],
    patch: (destinations, message) =>
      message.type === 'changed' && ['destination', 'channel'].includes(message.thing) ? 'reload' : destinations,
  });

  /** `ada@example.org`; '' where the channel has one place for all. */
  protected addressOf({ address }: Destination): string {
    return Object.values(address)
      .map((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '•••'))
      .join(' · ');
  }

  protected async edit(stored?: Destination): Promise<void> {
    const { DestinationDialog } = await import('./destination-dialog.js');
    const opened = this.#dialog.open(DestinationDialog, {
      data: { channels: this.channels.value() ?? [], teamId: this.teamId() ?? null, ...(stored ? { stored } : {}) },
      width: '520px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.destinations.reload();
  }

  protected async switch({ id, version }: Destination, enabled: boolean): Promise<void> {
    try {
      await this.#api.call(routes.destinations.update, { params: { id }, body: { enabled }, version });
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.destinations.reload();
  }

  protected async remove({ id, version, channel }: Destination): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Be reached by ${channel.name} no more?`,
      text: 'Messages stay in the inbox. What waits to be sent there is cancelled.',
      action: 'Remove',
      act: () => this.#api.call(routes.destinations.remove, { params: { id }, version }),
    });
    if (isDone) this.destinations.reload();
  }
}
