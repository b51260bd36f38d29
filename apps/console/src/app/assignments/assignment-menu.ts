import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { routes, type Assignment } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Session } from '../session/session.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { Toasts } from '../ui/toasts.js';
import { openAssignmentDialog } from './open-assignment-dialog.js';

/** What can be done with an assignment. */
@Component({
  selector: 'cs-assignment-menu',
  imports: [Icon, MatIconButton, MatMenuModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (mayManage()) {
      <button matIconButton type="button" [attr.aria-label]="'What to do with ' + name()" [matMenuTriggerFor]="menu">
        <cs-icon name="more" />
      </button>
      <mat-menu #menu="matMenu" xPosition="before">
        <button mat-menu-item type="button" (click)="edit()"><cs-icon name="edit" />Places and thresholds</button>
        <button mat-menu-item type="button" (click)="toggle()">
          <cs-icon [name]="assignment().enabled ? 'pause' : 'play'" />{{
            assignment().enabled ? 'Switch off' : 'Switch on'
          }}
        </button>
        <button mat-menu-item type="button" (click)="detach()"><cs-icon name="trash" />Detach</button>
      </mat-menu>
    }
  `,
})
export class AssignmentMenu {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  readonly assignment = input.required<Assignment>();
  readonly changed = output();

  protected readonly mayManage = computed(() => this.#session.may('checks.check.manage'));
  protected readonly name = computed(() => `${this.assignment().check.name} on ${this.assignment().system.name}`);

  protected async edit(): Promise<void> {
    if (await openAssignmentDialog(this.#dialog, { assignment: this.assignment() })) this.changed.emit();
  }

  protected async toggle(): Promise<void> {
    const { id, version, enabled } = this.assignment();
    try {
      await this.#api.call(routes.assignments.update, { params: { id }, body: { enabled: !enabled }, version });
    } catch (error) {
      this.#toasts.failed(error);
    }
    this.changed.emit();
  }

  protected async detach(): Promise<void> {
    const { id, version, check, system } = this.assignment();
    const isDone = await this.#confirm.ask({
      title: `Detach ${check.name} from ${system.name}?`,
      text: 'It no longer runs for this system, and its runs and history there are deleted. The check itself stays.',
      action: 'Detach',
      act: () => this.#api.call(routes.assignments.remove, { params: { id }, version }),
    });
    if (isDone) this.changed.emit();
  }
}
