import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { routes, type ApiKey } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Clock } from '../ui/clock.js';
import { Confirm } from '../ui/confirm.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { Cell, type Column, type Sort } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';

/** The keys that programs sign in with. */
@Component({
  selector: 'cs-api-keys',
  imports: [Cell, DataTable, EmptyState, Icon, LoadingView, MatButton, MatIconButton, PageHeader, RouterLink, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './api-keys.html',
  styles: `
    p a {
      text-decoration: underline;
    }

    .ended {
      color: var(--cs-unhealthy);
      font-weight: 550;
    }
  `,
})
export class ApiKeys {
  readonly #api = inject(Api);
  readonly #clock = inject(Clock);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  protected readonly keys = loaded({
    load: (_, signal) => this.#api.all(routes.apiKeys.list, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (keys, message) => (message.type === 'changed' && message.thing === 'api-key' ? 'reload' : keys),
  });
  protected readonly mayManage = computed(() => this.#session.may('access.api-key.manage'));
  protected sort: Sort | undefined = { by: 'name', descending: false };
  protected readonly columns: readonly Column<ApiKey>[] = [
    { name: 'name', title: 'Name', width: 'minmax(140px, 1.5fr)', sortBy: ({ name }) => name },
    { name: 'hint', title: 'Begins with', width: 'minmax(110px, 1fr)', until: 'phone' },
    { name: 'role', title: 'Role', width: '100px', until: 'phone', sortBy: ({ role }) => role.name },
    {
      name: 'used',
      title: 'Last used',
      width: '110px',
      sortBy: ({ lastUsedAt }) => (lastUsedAt ? -Date.parse(lastUsedAt) : null),
    },
    {
      name: 'expires',
      title: 'Ends',
      width: '150px',
      sortBy: ({ expiresAt }) => (expiresAt ? Date.parse(expiresAt) : null),
    },
    { name: 'made', title: 'Made by', width: 'minmax(120px, 1fr)', sortBy: ({ createdBy }) => createdBy },
    { name: 'menu', title: '', width: '40px', align: 'end', until: 'phone' },
  ];
  protected readonly keyOf = ({ id }: ApiKey): string => id;

  protected hasEnded({ expiresAt }: ApiKey): boolean {
    return expiresAt !== null && Date.parse(expiresAt) <= this.#clock.now();
  }

  protected async create(): Promise<void> {
    const { ApiKeyDialog } = await import('./api-key-dialog.js');
    const opened = this.#dialog.open(ApiKeyDialog, { width: '520px', maxWidth: 'calc(100vw - 24px)' });
    await firstValueFrom(opened.afterClosed());
    this.keys.reload();
  }

  protected async revoke({ id, name }: ApiKey): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Revoke ${name}?`,
      text: 'Programs that use this key are refused at once. This cannot be undone.',
      action: 'Revoke key',
      act: () => this.#api.call(routes.apiKeys.remove, { params: { id } }),
    });
    if (isDone) this.keys.reload();
  }
}
