import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { routes, type User } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { DataTable } from '../ui/data-table.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { SearchBox } from '../ui/search-box.js';
import { Cell, readSort, writeSort, type Column } from '../ui/table-parts.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';

/** Who may sign in, and as what. */
@Component({
  selector: 'cs-users',
  imports: [
    Cell,
    DataTable,
    EmptyState,
    Icon,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    PageHeader,
    SearchBox,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './users.html',
  styles: `
    .cs-tag {
      margin-inline-start: 6px;
    }
  `,
})
export class Users {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly search = input<string>();
  readonly sort = input<string>();

  protected readonly users = loaded({
    load: (_, signal) => this.#api.all(routes.users.list, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (users, message) => (message.type === 'changed' && message.thing === 'user' ? 'reload' : users),
  });
  protected readonly mayManage = computed(() => this.#session.may('access.user.manage'));
  protected readonly shown = computed(() => {
    const search = (this.search() ?? '').toLowerCase();
    return (this.users.value() ?? []).filter(({ name, email, role }) =>
      [name, email, role.name].some((text) => text.toLowerCase().includes(search)),
    );
  });
  protected readonly sorting = computed(() => readSort(this.sort()) ?? { by: 'name', descending: false });
  protected readonly columns: readonly Column<User>[] = [
    { name: 'name', title: 'Name', width: 'minmax(140px, 1.5fr)', sortBy: ({ name }) => name },
    { name: 'email', title: 'Mail address', width: 'minmax(160px, 2fr)', until: 'phone', sortBy: ({ email }) => email },
    { name: 'role', title: 'Role', width: '110px', until: 'phone', sortBy: ({ role }) => role.name },
    { name: 'status', title: 'May sign in', width: '120px', sortBy: ({ disabled }) => Number(disabled) },
    {
      name: 'seen',
      title: 'Last signed in',
      width: '120px',
      sortBy: ({ lastSignInAt }) => (lastSignInAt ? -Date.parse(lastSignInAt) : null),
    },
    { name: 'menu', title: '', width: '40px', align: 'end', until: 'phone' },
  ];
  protected readonly keyOf = ({ id }: User): string => id;
  protected readonly writeSort = writeSort;

  protected isMe({ id }: User): boolean {
    return this.#session.user()?.id === id;
  }

  protected async edit(user?: User): Promise<void> {
    const { UserDialog } = await import('./user-dialog.js');
    await this.#open(UserDialog, user);
  }

  protected async resetPassword(user: User): Promise<void> {
    const { PasswordDialog } = await import('./password-dialog.js');
    if (await this.#open(PasswordDialog, user)) this.#toasts.done(`${user.name} signs in with the new password now.`);
  }

  protected async disable(user: User): Promise<void> {
    const { id, name, version } = user;
    const isDone = await this.#confirm.ask({
      title: `Disable ${name}?`,
      text: 'They are signed out everywhere at once and cannot sign in until you enable them again. API keys that they made rest as long.',
      action: 'Disable',
      act: () => this.#api.call(routes.users.update, { params: { id }, body: { disabled: true }, version }),
    });
    if (isDone) this.users.reload();
  }

  protected async enable({ id, name, version }: User): Promise<void> {
    try {
      await this.#api.call(routes.users.update, { params: { id }, body: { disabled: false }, version });
      this.#toasts.done(`${name} may sign in again.`);
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.users.reload();
  }

  protected async remove({ id, name, version }: User): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'They are signed out at once, and the API keys that they made are deleted. What they did stays in the audit log. This cannot be undone.',
      action: 'Delete user',
      act: () => this.#api.call(routes.users.remove, { params: { id }, version }),
    });
    if (isDone) this.users.reload();
  }

  async #open(dialog: new () => object, user: User | undefined): Promise<boolean> {
    const opened = this.#dialog.open(dialog, { data: user, width: '460px', maxWidth: 'calc(100vw - 24px)' });
    const isSaved = Boolean(await firstValueFrom(opened.afterClosed()));
    if (isSaved) this.users.reload();
    return isSaved;
  }
}
