import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import type { Assignment, Check } from '@checkstack/api';
import { AssignmentMenu } from '../assignments/assignment-menu.js';
import { openAssignmentDialog } from '../assignments/open-assignment-dialog.js';
import { placesOf } from '../assignments/places-draft.js';
import type { Loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Icon } from '../ui/icon.js';

/** Where a saved check runs; each change is saved by itself. */
@Component({
  selector: 'cs-assigned-systems',
  imports: [AssignmentMenu, Icon, LoadingView, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading shape="line" [of]="assignments()" />
    <ul>
      @for (assignment of assignments().value(); track assignment.id) {
        <li>
          <div class="cs-clip">
            <a class="cs-name" [routerLink]="['/systems', assignment.system.id]">{{ assignment.system.name }}</a>
            <span class="cs-soft cs-small"> from {{ placesOf(assignment) }}</span>
            @if (!assignment.enabled) {
              <span class="cs-tag">Off</span>
            }
          </div>
          <cs-assignment-menu [assignment]="assignment" (changed)="assignments().reload()" />
        </li>
      } @empty {
        @if (assignments().value()) {
          <li class="cs-soft cs-small">It watches no system yet, so it does not run.</li>
        }
      }
    </ul>
    <button matButton="outlined" type="button" (click)="attach()"><cs-icon name="plus" />Attach to a system</button>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: 12px;
    }

    ul {
      width: 100%;
    }

    li {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
      min-height: 36px;
      border-bottom: 1px solid var(--cs-line);
    }
  `,
})
export class AssignedSystems {
  readonly #dialog = inject(MatDialog);

  readonly check = input.required<Check>();
  readonly assignments = input.required<Loaded<readonly Assignment[]>>();

  protected readonly placesOf = placesOf;

  protected async attach(): Promise<void> {
    const { id, name } = this.check();
    if (await openAssignmentDialog(this.#dialog, { check: { id, name } })) this.assignments().reload();
  }
}
