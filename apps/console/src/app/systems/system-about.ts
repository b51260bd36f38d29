import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { System } from '@checkstack/api';
import { Fact, Facts } from '../ui/facts.js';
import { Icon } from '../ui/icon.js';
import { TimeAgo } from '../ui/time-ago.js';

/** What people wrote down about a system, and whom to call. */
@Component({
  selector: 'cs-system-about',
  imports: [Fact, Facts, Icon, RouterLink, TimeAgo],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = system();
    @if (given.description) {
      <p class="description">{{ given.description }}</p>
    }
    <cs-facts>
      @if (given.groups.length > 0) {
        <ng-container *csFact="'Groups'">
          @for (group of given.groups; track group.id) {
            <a routerLink="/systems" [queryParams]="{ group: group.id }">{{ group.name }}</a>{{ $last ? '' : ', ' }}
          }
        </ng-container>
      }
      @if (given.environments.length > 0) {
        <ng-container *csFact="'Environments'">
          @for (environment of given.environments; track environment.id) {
            <a routerLink="/systems" [queryParams]="{ environment: environment.id }">{{ environment.name }}</a>{{
              $last ? '' : ', '
            }}
          }
        </ng-container>
      }
      @if (given.tags.length > 0) {
        <ng-container *csFact="'Tags'">
          @for (tag of given.tags; track tag) {
            <a class="cs-tag" routerLink="/systems" [queryParams]="{ tag }">{{ tag }}</a>
          }
        </ng-container>
      }
      @if (given.contacts.length > 0) {
        <ng-container *csFact="'Contacts'">
          @for (contact of given.contacts; track $index) {
            <div class="line">
              @if ('userId' in contact) {
                <cs-icon name="user" />{{ nameOf(contact.userId) }}
              } @else {
                <cs-icon name="mail" /><a [href]="'mailto:' + contact.email">{{ contact.label || contact.email }}</a>
              }
            </div>
          }
        </ng-container>
      }
      @if (given.links.length > 0) {
        <ng-container *csFact="'Links'">
          @for (link of given.links; track $index) {
            <div class="line">
              <cs-icon name="external" /><a target="_blank" rel="noreferrer" [href]="link.url">{{ link.label }}</a>
            </div>
          }
        </ng-container>
      }
      <ng-container *csFact="'Changed'"><cs-time [at]="given.updatedAt" /></ng-container>
    </cs-facts>
  `,
  styles: `
    .description {
      margin-bottom: 12px;
      overflow-wrap: anywhere;
      white-space: pre-line;
    }

    .line {
      display: flex;
      align-items: center;
      gap: 7px;
      min-width: 0;
    }

    cs-icon {
      color: var(--cs-text-faint);
    }
  `,
})
export class SystemAbout {
  readonly system = input.required<System>();

  protected nameOf(id: string): string {
    return this.system().contactUsers.find((user) => user.id === id)?.name ?? 'A deleted user';
  }
}
