import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { routes, type Team } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';

/** Users who are told together. */
@Component({
  selector: 'cs-teams',
  imports: [EmptyState, Icon, LoadingView, MatButton, MatIconButton, PageHeader],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-page-header heading="Teams">
      @if (mayManage()) {
        <button actions matButton="filled" type="button" (click)="edit()"><cs-icon name="plus" />New team</button>
      }
    </cs-page-header>
    <cs-loading [of]="teams" />
    @if (teams.value(); as all) {
      @if (all.length > 0) {
        <ul class="cs-card">
          @for (team of all; track team.id) {
            <li>
              <div>
                <p class="cs-name">{{ team.name }}</p>
                @if (team.description) {
                  <p class="cs-soft">{{ team.description }}</p>
                }
                <p class="members">
                  @for (member of team.members; track member.userId) {
                    <span class="cs-tag">{{ member.name }}{{ member.manager ? ', manager' : '' }}</span>
                  } @empty {
                    <span class="cs-faint">Nobody is in it yet.</span>
                  }
                </p>
              </div>
              @if (mayEdit(team)) {
                <button matIconButton type="button" [attr.aria-label]="'Edit ' + team.name" (click)="edit(team)">
                  <cs-icon name="edit" [size]="14" />
                </button>
              }
              @if (mayManage()) {
                <button matIconButton type="button" [attr.aria-label]="'Delete ' + team.name" (click)="remove(team)">
                  <cs-icon name="trash" [size]="14" />
                </button>
              }
            </li>
          }
        </ul>
      } @else {
        <cs-empty-state
          icon="users"
          title="No teams yet"
          text="A team is told together: what it is subscribed to reaches the inbox of everyone in it. Its managers look after it themselves."
        />
      }
    }
  `,
  styles: `
    :host {
      display: block;
      max-width: 860px;
    }

    li {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 12px 16px;
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

    .members {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      margin-top: 6px;
    }
  `,
})
export class Teams {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  protected readonly teams = loaded({
    load: async (_, signal) => (await this.#api.call(routes.teams.list, { signal })).items,
    topics: () => ['catalog'],
    patch: (teams, message) =>
      message.type === 'changed' && ['team', 'user'].includes(message.thing) ? 'reload' : teams,
  });
  protected readonly mayManage = computed(() => this.#session.may('access.team.manage'));

  protected mayEdit({ members }: Team): boolean {
    const me = this.#session.user()?.id;
    return this.mayManage() || members.some(({ userId, manager }) => manager && userId === me);
  }

  protected async edit(team?: Team): Promise<void> {
    const { TeamDialog } = await import('./team-dialog.js');
    const opened = this.#dialog.open(TeamDialog, { data: team, width: '520px', maxWidth: 'calc(100vw - 24px)' });
    if (await firstValueFrom(opened.afterClosed())) this.teams.reload();
  }

  protected async remove({ id, name, version }: Team): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'Its subscriptions and its places for messages go with it. Its members stay.',
      action: 'Delete team',
      act: () => this.#api.call(routes.teams.remove, { params: { id }, version }),
    });
    if (isDone) this.teams.reload();
  }
}
