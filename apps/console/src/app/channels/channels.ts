import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatSlideToggle } from '@angular/material/slide-toggle';
import { routes, type Channel } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { KindIcon } from '../senders/kind-icon.js';
import { TrafficLine } from '../senders/traffic-line.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { Toasts } from '../ui/toasts.js';

/** The ways in which messages leave. */
@Component({
  selector: 'cs-channels',
  imports: [EmptyState, Icon, KindIcon, LoadingView, MatButton, MatIconButton, MatSlideToggle, PageHeader, TrafficLine],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './channels.html',
  styleUrl: '../senders/sender-list.scss',
})
export class Channels {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  protected readonly kinds = loaded({
    load: async (_, signal) => (await this.#api.call(routes.channels.kinds, { signal })).items,
  });
  protected readonly channels = loaded({
    load: (_, signal) => this.#api.all(routes.channels.list, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (channels, message) =>
      message.type === 'changed' && ['channel', 'destination', 'delivery'].includes(message.thing)
        ? 'reload'
        : channels,
  });
  protected readonly mayManage = computed(() => this.#session.may('notifications.channel.manage'));
  readonly #byKind = computed(() => new Map((this.kinds.value() ?? []).map((kind) => [kind.kind, kind])));

  protected kindOf({ kind }: Channel) {
    return this.#byKind().get(kind);
  }

  protected async edit(stored?: Channel): Promise<void> {
    const kinds = this.kinds.value();
    if (!kinds) return;
    const { SenderDialog } = await import('../senders/sender-dialog.js');
    const opened = this.#dialog.open(SenderDialog, {
      data: { what: 'channel', kinds, ...(stored ? { stored } : {}) },
      width: '680px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.channels.reload();
  }

  protected async switch({ id, version }: Channel, enabled: boolean): Promise<void> {
    try {
      await this.#api.call(routes.channels.update, { params: { id }, body: { enabled }, version });
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.channels.reload();
  }

  protected async remove({ id, name, version, destinationCount }: Channel): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text:
        destinationCount === 0
          ? 'Nobody is reached by it. What waits to be sent is cancelled.'
          : `${destinationCount === 1 ? 'One recipient is' : `${destinationCount} recipients are`} reached by it and will not be. What waits to be sent is cancelled.`,
      action: 'Delete channel',
      act: () => this.#api.call(routes.channels.remove, { params: { id }, version }),
    });
    if (isDone) this.channels.reload();
  }
}
