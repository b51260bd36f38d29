import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Icon } from '../ui/icon.js';
import { LiveNotice } from './live-notice.js';
import { Logo } from '../ui/logo.js';
import { navigation } from './navigation.js';
import { NavigationLinks } from './navigation-links.js';
import { PaletteButton } from './palette-button.js';
import { UserMenu } from './user-menu.js';

/** What surrounds every screen of who is signed in. */
@Component({
  selector: 'cs-shell',
  imports: [
    Icon,
    LiveNotice,
    Logo,
    MatIconButton,
    NavigationLinks,
    PaletteButton,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
    UserMenu,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export class Shell {
  protected readonly everyday = navigation[0]?.items ?? [];

  protected toContent(): void {
    document.querySelector<HTMLElement>('main')?.focus();
  }
}
