import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { routes, type Environment } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EditableName } from '../ui/editable-name.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';

/** Environments and the fields that checks fill in from them. */
@Component({
  selector: 'cs-environments',
  imports: [EditableName, EmptyState, Icon, LoadingView, MatButton, MatIconButton, PageHeader, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './environments.html',
  styleUrl: './environments.scss',
})
export class Environments {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  protected readonly environments = loaded({
    load: async (_, signal) => (await this.#api.call(routes.environments.list, { signal })).items,
    topics: () => ['catalog'],
    patch: (environments, message) =>
      message.type === 'changed' && ['environment', 'system'].includes(message.thing) ? 'reload' : environments,
  });
  protected readonly mayManage = computed(() => this.#session.may('catalog.environment.manage'));

  protected entriesOf({ fields }: Environment): [key: string, value: string][] {
    return Object.entries(fields);
  }

  protected template(key: string): string {
    return `{{ environment.${key} }}`;
  }

  protected renaming({ id, version }: Environment) {
    return async (name: string): Promise<void> => {
      await this.#api.call(routes.environments.update, { params: { id }, body: { name }, version });
      this.environments.reload();
    };
  }

  protected async edit(environment?: Environment): Promise<void> {
    const { EnvironmentDialog } = await import('./environment-dialog.js');
    const opened = this.#dialog.open(EnvironmentDialog, {
      data: environment,
      width: '600px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.environments.reload();
  }

  protected async remove({ id, name, version, systemCount }: Environment): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text:
        systemCount === 0
          ? 'No system is in it.'
          : `Its ${systemCount === 1 ? 'system stays' : `${systemCount} systems stay`}; what their checks ran for this environment ends.`,
      action: 'Delete environment',
      act: () => this.#api.call(routes.environments.remove, { params: { id }, version }),
    });
    if (isDone) this.environments.reload();
  }
}
