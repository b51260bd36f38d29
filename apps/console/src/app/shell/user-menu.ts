import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { Session } from '../session/session.js';
import { Icon, type IconName } from '../ui/icon.js';
import { Theme, type ThemeChoice } from '../ui/theme.js';
import { Toasts } from '../ui/toasts.js';

/** Who is signed in, their own settings, and the way out. */
@Component({
  selector: 'cs-user-menu',
  imports: [Icon, MatIconButton, MatMenuModule, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button matIconButton type="button" aria-label="Your account" [matMenuTriggerFor]="menu">
      <cs-icon name="user" [size]="18" />
    </button>
    <mat-menu #menu="matMenu" xPosition="before">
      <div class="who">
        <strong>{{ session.user()?.name }}</strong>
        <span>{{ session.user()?.email }} · {{ session.role() }}</span>
      </div>
      @for (theme of themes; track theme.choice) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="chosen.choice() === theme.choice"
          (click)="chosen.choose(theme.choice)"
        >
          <cs-icon [name]="theme.icon" />{{ theme.title }}
          @if (chosen.choice() === theme.choice) {
            <cs-icon class="ticked" name="tick" />
          }
        </button>
      }
      <hr />
      <a mat-menu-item routerLink="/notification-settings"><cs-icon name="bell" />What reaches you</a>
      <a mat-menu-item routerLink="/account"><cs-icon name="settings" />Password and browsers</a>
      <button mat-menu-item type="button" (click)="signOut()"><cs-icon name="sign-out" />Sign out</button>
    </mat-menu>
  `,
  styles: `
    .who {
      display: grid;
      padding: 6px 16px 10px;
      margin-bottom: 6px;
      border-bottom: 1px solid var(--cs-line);
      font-size: 0.8125rem;
      line-height: 1.25rem;

      span {
        color: var(--cs-text-faint);
        overflow-wrap: anywhere;
      }
    }

    hr {
      height: 1px;
      margin: 6px 0;
      border: 0;
      background: var(--cs-line);
    }

    .ticked {
      margin: 0 0 0 12px;
    }
  `,
})
export class UserMenu {
  readonly #toasts = inject(Toasts);
  protected readonly session = inject(Session);
  protected readonly chosen = inject(Theme);

  protected readonly themes: readonly { choice: ThemeChoice; title: string; icon: IconName }[] = [
    { choice: 'system', title: 'Theme of the system', icon: 'monitor' },
    { choice: 'light', title: 'Light', icon: 'sun' },
    { choice: 'dark', title: 'Dark', icon: 'moon' },
  ];

  protected async signOut(): Promise<void> {
    try {
      await this.session.signOut();
    } catch (error) {
      this.#toasts.failed(error);
    }
  }
}
