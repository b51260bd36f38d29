import { ChangeDetectionStrategy, Component, inject, viewChild, type ElementRef } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatIconButton } from '@angular/material/button';
import { NavigationEnd, Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { distinctUntilChanged, filter, map, skip } from 'rxjs';
import { AnnouncementsHere } from '../announcements/announcements-here.js';
import { Icon } from '../ui/icon.js';
import { Bell } from '../notifications/bell.js';
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
    AnnouncementsHere,
    Bell,
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
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  protected readonly everyday = navigation[0]?.items ?? [];

  constructor() {
    const router = inject(Router);
    // Keyboard and screen reader go on in the new screen, not where the link was. A changed query is the same screen.
    router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map(() => router.url.split('?')[0]),
        distinctUntilChanged(),
        skip(1),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.toContent());
  }

  protected toContent(): void {
    this.main().nativeElement.focus({ preventScroll: true });
  }
}
