import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { routes, type Announcement } from '@checkstack/api';
import { firstValueFrom } from 'rxjs';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { EmptyState } from '../ui/empty-state.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { TimeAgo } from '../ui/time-ago.js';
import { AnnouncementCard } from './announcement-card.js';
import { AnnouncementDialog } from './announcement-dialog.js';

const statusWords: Record<Announcement['status'], string> = { scheduled: 'Scheduled', shown: 'Shown', over: 'Over' };

/** All announcements: what is shown, what will be, and what was. */
@Component({
  selector: 'cs-announcement-list',
  imports: [
    AnnouncementCard,
    EmptyState,
    Icon,
    LoadingView,
    MatButton,
    MatIconButton,
    MatMenuModule,
    PageHeader,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-page-header heading="Announcements">
      @if (mayManage()) {
        <button actions matButton="filled" type="button" (click)="open()"><cs-icon name="plus" />Announce</button>
      }
    </cs-page-header>
    <cs-loading [of]="announcements" />
    @if (announcements.value(); as all) {
      <ul>
        @for (one of all; track one.id) {
          <li class="cs-card">
            <div class="head">
              <strong>{{ statusWords[one.status] }}</strong>
              <span class="cs-soft">
                {{ one.audience === 'public' ? 'Everyone' : 'Signed in' }},
                {{ one.place === 'banner' ? 'above every page' : 'on the dashboard' }}
              </span>
              <span class="cs-faint">
                @switch (one.status) {
                  @case ('scheduled') {
                    begins <cs-time [at]="one.from" />
                  }
                  @case ('over') {
                    ended <cs-time [at]="one.until ?? one.from" />
                  }
                  @default {
                    @if (one.until) {
                      ends <cs-time [at]="one.until" />
                    } @else {
                      for <cs-time say="for" [at]="one.from" />
                    }
                  }
                }
              </span>
              <span class="cs-faint">by {{ one.createdBy.name }}</span>
              @if (mayManage()) {
                <button
                  matIconButton
                  type="button"
                  aria-label="More about this announcement"
                  [matMenuTriggerFor]="more"
                >
                  <cs-icon name="more" />
                </button>
                <mat-menu #more="matMenu" xPosition="before">
                  <button mat-menu-item type="button" (click)="open(one)"><cs-icon name="edit" />Edit</button>
                  <button mat-menu-item type="button" (click)="remove(one)"><cs-icon name="trash" />Delete</button>
                </mat-menu>
              }
            </div>
            <cs-announcement [message]="one.message" [severity]="one.severity" />
          </li>
        } @empty {
          <li>
            <cs-empty-state
              icon="announcement"
              title="Nothing is announced"
              text="What everybody should know now: above every page, or on the dashboard, for as long as you say."
            >
              @if (mayManage()) {
                <button matButton="filled" type="button" (click)="open()">Announce something</button>
              }
            </cs-empty-state>
          </li>
        }
      </ul>
    }
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 12px;
    }

    li.cs-card {
      padding: 8px 14px 14px;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px 12px;
      min-height: 40px;

      button {
        margin-inline-start: auto;
      }
    }
  `,
})
export class AnnouncementList {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  protected readonly announcements = loaded({
    load: (_, signal) => this.#api.all(routes.announcements.list, { query: {}, signal }),
    topics: () => ['catalog'],
    patch: (value, message) => (message.type === 'changed' && message.thing === 'announcement' ? 'reload' : value),
  });
  protected readonly mayManage = computed(() => this.#session.may('announcements.announcement.manage'));
  protected readonly statusWords = statusWords;

  protected async open(announcement?: Announcement): Promise<void> {
    const opened = this.#dialog.open<AnnouncementDialog, object, Announcement>(AnnouncementDialog, {
      data: announcement ? { announcement } : {},
      width: '620px',
      maxWidth: 'calc(100vw - 24px)',
    });
    if (await firstValueFrom(opened.afterClosed())) this.announcements.reload();
  }

  protected async remove({ id, version }: Announcement): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: 'Delete this announcement?',
      text: 'Nobody sees it any more.',
      action: 'Delete announcement',
      act: () => this.#api.call(routes.announcements.remove, { params: { id }, version }),
    });
    if (isDone) this.announcements.reload();
  }
}
