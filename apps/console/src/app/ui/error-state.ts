import { booleanAttribute, ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { Icon } from './icon.js';

/** In place of what could not be shown: what went wrong, and the way on. */
@Component({
  selector: 'cs-error-state',
  imports: [Icon, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'alert' },
  template: `
    <cs-icon [name]="isMissing() ? 'search' : 'degraded'" [size]="24" />
    @if (isPage()) {
      <h1>{{ title() }}</h1>
    } @else {
      <h2>{{ title() }}</h2>
    }
    <p>{{ isMissing() ? 'It may have been deleted, or the link is wrong.' : problem().detail }}</p>
    @if (problem().requestId; as request) {
      <p class="cs-faint cs-small">Request {{ request }}</p>
    }
    @if (isMissing()) {
      <a matButton="outlined" routerLink="/">Go to the dashboard</a>
    } @else {
      <button matButton="outlined" type="button" (click)="retry.emit()"><cs-icon name="refresh" />Try again</button>
    }
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 56px 16px;
      text-align: center;
    }

    :host > cs-icon {
      color: var(--cs-degraded);
    }

    p {
      max-width: 52ch;
      color: var(--cs-text-soft);
    }

    [matButton] {
      margin-top: 8px;
    }
  `,
})
export class ErrorState {
  readonly problem = input.required<{
    status: number;
    title: string;
    detail: string;
    requestId?: string | undefined;
  }>();
  /** It is all that the page shows. */
  readonly isPage = input(false, { transform: booleanAttribute });
  readonly retry = output();

  protected readonly title = computed(() => (this.isMissing() ? 'This does not exist' : this.problem().title));
  protected readonly isMissing = computed(() => this.problem().status === 404);
}
