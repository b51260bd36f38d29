import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state.js';

@Component({
  selector: 'cs-not-found',
  imports: [EmptyState, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-empty-state
      isPage
      icon="search"
      title="There is no such page"
      text="The address is wrong, or what it showed is gone."
    >
      <a matButton="outlined" routerLink="/">Go to the dashboard</a>
    </cs-empty-state>
  `,
})
export class NotFound {}
