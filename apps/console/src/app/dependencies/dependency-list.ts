import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { routes, type Dependency, type DependencyGraph } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Confirm } from '../ui/confirm.js';
import { Icon } from '../ui/icon.js';
import { StateBadge } from '../ui/state-badge.js';
import { countWords } from './dependency-words.js';
import { openDependencyDialog } from './open-dependency-dialog.js';

/** Dependencies of a system in one direction: each other system with its state, and what comes of it. */
@Component({
  selector: 'cs-dependency-list',
  imports: [Icon, MatIconButton, MatMenuModule, RouterLink, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (row of rows(); track row.dependency.id) {
        <li>
          <cs-state look="icon" [state]="row.other?.state?.state ?? 'unknown'" />
          <div class="what">
            <p>
              <a class="cs-name" [routerLink]="['/systems', row.named.id]">{{ row.named.name }}</a>
              <span class="cs-small cs-soft"> {{ row.words }}</span>
            </p>
            @if (row.dependency.label; as label) {
              <p class="cs-small cs-soft">{{ label }}</p>
            }
            @if (row.dependency.effect; as effect) {
              <p class="effect cs-small" [class]="effect.state">
                @if (end() === 'upstream') {
                  Makes this system {{ effect.state }}. {{ effect.reason }}
                } @else {
                  Made {{ effect.state }} by this system.
                }
              </p>
            } @else if (row.trouble; as trouble) {
              <p class="effect cs-small cs-soft">{{ trouble }}</p>
            }
          </div>
          @if (mayManage()) {
            <button
              matIconButton
              type="button"
              [attr.aria-label]="'What to do with the dependency ' + row.title"
              [matMenuTriggerFor]="menu"
            >
              <cs-icon name="more" />
            </button>
            <mat-menu #menu="matMenu" xPosition="before">
              <button mat-menu-item type="button" (click)="edit(row.dependency)">
                <cs-icon name="edit" />Impact and checks
              </button>
              <button mat-menu-item type="button" (click)="remove(row.dependency)">
                <cs-icon name="trash" />Remove
              </button>
            </mat-menu>
          }
        </li>
      }
    </ul>
  `,
  styles: `
    li {
      display: flex;
      align-items: flex-start;
      gap: 10px;
      padding: 9px 0;
      border-top: 1px solid var(--cs-line);
    }

    li:first-child {
      border-top: 0;
    }

    .what {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;

      > p:first-child {
        display: flex;
        flex-wrap: wrap;
        gap: 0 8px;
        align-items: baseline;
      }
    }

    .effect.degraded {
      color: var(--cs-degraded);
    }

    .effect.unhealthy {
      color: var(--cs-unhealthy);
    }

    [matIconButton] {
      margin-block: -8px;
    }
  `,
})
export class DependencyList {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #dialog = inject(MatDialog);

  readonly graph = input.required<DependencyGraph>();
  readonly systemId = input.required<string>();
  /** Which end of the dependencies is shown; the other is the system. */
  readonly end = input.required<'upstream' | 'downstream'>();
  readonly mayManage = input.required<boolean>();
  readonly changed = output();

  protected readonly rows = computed(() => {
    const near = this.end() === 'upstream' ? 'downstream' : 'upstream';
    const { systems, dependencies } = this.graph();
    return dependencies
      .filter((dependency) => dependency[near].id === this.systemId())
      .map((dependency) => {
        const named = dependency[this.end()];
        const other = systems.find(({ id }) => id === named.id);
        const state = this.end() === 'upstream' ? other?.state.state : undefined;
        return {
          dependency,
          named,
          other,
          words: countWords(dependency),
          title: `${dependency.downstream.name} → ${dependency.upstream.name}`,
          trouble: state === undefined || state === 'healthy' ? '' : `Is ${state}, which does nothing to this system.`,
        };
      });
  });

  protected async edit(dependency: Dependency): Promise<void> {
    if (await openDependencyDialog(this.#dialog, { dependency })) this.changed.emit();
  }

  protected async remove({ id, version, downstream, upstream }: Dependency): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Remove the dependency on ${upstream.name}?`,
      text: `Whatever happens to ${upstream.name} no longer counts for ${downstream.name}. Both systems stay.`,
      action: 'Remove dependency',
      act: () => this.#api.call(routes.dependencies.remove, { params: { id }, version }),
    });
    if (isDone) this.changed.emit();
  }
}
