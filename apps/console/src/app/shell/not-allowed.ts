import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state.js';

@Component({
  selector: 'cs-not-allowed',
  imports: [EmptyState, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-empty-state
      isPage
      icon="lock"
      title="Your role does not reach here"
      text="An administrator can give you a role that may see this page."
    >
      <a matButton="outlined" routerLink="/">Go to the dashboard</a>
    </cs-empty-state>
  `,
})
export class NotAllowed {}
