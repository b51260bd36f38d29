import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { routes, type Group } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { AddByName } from '../ui/add-by-name.js';
import { Confirm } from '../ui/confirm.js';
import { EditableName } from '../ui/editable-name.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { StateBadge } from '../ui/state-badge.js';
import { Toasts } from '../ui/toasts.js';

/** Groups of systems: added, renamed in place, deleted. */
@Component({
  selector: 'cs-groups',
  imports: [AddByName, EditableName, EmptyState, Icon, LoadingView, MatIconButton, PageHeader, RouterLink, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-page-header heading="Groups">
      <p class="cs-soft">Labels over systems. A system may be in several; its edit dialog says in which.</p>
    </cs-page-header>
    <cs-loading [of]="groups" />
    @if (groups.value(); as all) {
      @if (mayManage()) {
        <cs-add-by-name label="New group" [add]="add" />
      }
      @if (all.length > 0) {
        <ul class="cs-card">
          @for (group of all; track group.id) {
            <li>
              <cs-state look="icon" [state]="group.state" />
              <cs-editable-name [name]="group.name" [mayEdit]="mayManage()" [rename]="renaming(group)" />
              <a routerLink="/systems" [queryParams]="{ group: group.id }">
                {{ group.systemCount }} {{ group.systemCount === 1 ? 'system' : 'systems' }}
              </a>
              @if (mayManage()) {
                <button matIconButton type="button" [attr.aria-label]="'Delete ' + group.name" (click)="remove(group)">
                  <cs-icon name="trash" [size]="14" />
                </button>
              }
            </li>
          }
        </ul>
      } @else {
        <cs-empty-state
          icon="groups"
          title="No groups yet"
          text="A group gathers systems that belong together, such as “Customer portal”. It is as healthy as the worst of them."
        />
      }
    }
  `,
  styles: `
    :host {
      display: block;
      max-width: 860px;
    }

    ul {
      margin-top: 14px;
    }

    li {
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: 44px;
      padding: 2px 14px;
      border-bottom: 1px solid var(--cs-line);

      &:last-child {
        border-bottom: 0;
      }
    }

    li > cs-state.icon {
      align-self: center;
    }

    cs-editable-name {
      flex: 1;
    }

    a {
      font-size: 0.8125rem;
      white-space: nowrap;
    }
  `,
})
export class Groups {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  protected readonly groups = loaded({
    load: async (_, signal) => (await this.#api.call(routes.groups.list, { signal })).items,
    topics: () => ['catalog', 'states'],
    patch: (groups, message) => {
      if (message.type === 'changed') return ['group', 'system'].includes(message.thing) ? 'reload' : groups;
      // A group's state follows from its systems'.
      return message.type === 'state' && message.subject.kind === 'system' ? 'reload' : groups;
    },
  });
  protected readonly mayManage = computed(() => this.#session.may('catalog.group.manage'));

  protected readonly add = async (name: string): Promise<void> => {
    await this.#api.call(routes.groups.create, { body: { name } });
    this.groups.reload();
    this.#toasts.done(`Added ${name}`);
  };

  protected renaming({ id, version }: Group) {
    return async (name: string): Promise<void> => {
      await this.#api.call(routes.groups.update, { params: { id }, body: { name }, version });
      this.groups.reload();
    };
  }

  protected async remove({ id, name, version }: Group): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'Its systems stay, without this label.',
      action: 'Delete group',
      act: () => this.#api.call(routes.groups.remove, { params: { id }, version }),
    });
    if (isDone) this.groups.reload();
  }
}
