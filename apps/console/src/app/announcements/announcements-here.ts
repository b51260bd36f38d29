import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Session } from '../session/session.js';
import { AnnouncementCard } from './announcement-card.js';
import { CurrentAnnouncements } from './current-announcements.js';

/** What is announced now in one place: above every page, or on the dashboard. */
@Component({
  selector: 'cs-announcements',
  imports: [AnnouncementCard],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'region', '[attr.aria-label]': 'label()', '[hidden]': 'shown().length === 0' },
  template: `
    @for (one of shown(); track one.id) {
      <cs-announcement
        [message]="one.message"
        [severity]="one.severity"
        [dismissible]="one.dismissible && isSignedIn()"
        (dismissed)="current.dismiss(one)"
      />
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 8px;
      margin-bottom: 16px;
    }

    :host([hidden]) {
      display: none;
    }
  `,
})
export class AnnouncementsHere {
  readonly #session = inject(Session);
  protected readonly current = inject(CurrentAnnouncements);

  readonly place = input.required<'banner' | 'dashboard' | 'all'>();

  protected readonly label = computed(() =>
    this.place() === 'dashboard' ? 'Announcements on the dashboard' : 'Announcements',
  );
  protected readonly isSignedIn = computed(() => this.#session.user() !== undefined);
  protected readonly shown = computed(() => {
    switch (this.place()) {
      case 'banner':
        return this.current.banners();
      case 'dashboard':
        return this.current.onDashboard();
      case 'all':
        return this.current.all();
    }
  });
}
