import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import type { Named } from '@checkstack/api';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';
import { StateBadge } from '../ui/state-badge.js';
import { DependencyList } from './dependency-list.js';
import { loadedGraph } from './loaded-graph.js';
import { openDependencyDialog } from './open-dependency-dialog.js';

/** What a system depends on and what needs it; and how it is by itself where that is not what is shown. */
@Component({
  selector: 'cs-system-dependencies',
  imports: [DependencyList, Icon, LoadingView, MatButton, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading shape="cards" [of]="graph" />
    @if (graph.value(); as value) {
      <div class="cs-card">
        <section aria-labelledby="depends-title">
          <div class="head">
            <h2 id="depends-title">Depends on</h2>
            @if (mayManage()) {
              <button matButton="outlined" type="button" (click)="add({ downstream: named() })">
                <cs-icon name="plus" />Add<span class="cs-visually-hidden"> what it depends on</span>
              </button>
            }
          </div>
          @if (own(); as own) {
            <p class="own cs-small cs-soft">
              By its own checks it is <cs-state [state]="own.state" />
              @if (own.reason) {
                <span>{{ own.reason }}</span>
              }
            </p>
          }
          <cs-dependency-list
            end="upstream"
            [graph]="value"
            [systemId]="system().id"
            [mayManage]="mayManage()"
            (changed)="graph.reload()"
          />
          @if (!needs()) {
            <p class="cs-small cs-soft">
              Nothing. Say what it needs, and trouble there shows here, told apart from its own.
            </p>
          }
        </section>
        <section aria-labelledby="needed-title">
          <div class="head">
            <h2 id="needed-title">Needed by</h2>
            @if (mayManage()) {
              <button matButton="outlined" type="button" (click)="add({ upstream: named() })">
                <cs-icon name="plus" />Add<span class="cs-visually-hidden"> what needs it</span>
              </button>
            }
          </div>
          <cs-dependency-list
            end="downstream"
            [graph]="value"
            [systemId]="system().id"
            [mayManage]="mayManage()"
            (changed)="graph.reload()"
          />
          @if (!isNeeded()) {
            <p class="cs-small cs-soft">No other system.</p>
          }
        </section>
      </div>
    }
  `,
  styles: `
    .cs-card {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr));
      gap: 16px 32px;
      padding: 14px 16px 16px;
    }

    section {
      min-width: 0;
    }

    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
      min-height: 36px;
      margin-bottom: 4px;
    }

    .own {
      display: flex;
      flex-wrap: wrap;
      gap: 0 6px;
      align-items: center;
      padding-bottom: 6px;
    }
  `,
})
export class SystemDependencies {
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  readonly system = input.required<Named>();

  protected readonly graph = loadedGraph(() => this.system().id);
  protected readonly mayManage = computed(() => this.#session.may('catalog.system.manage'));
  protected readonly named = computed((): Named => ({ id: this.system().id, name: this.system().name }));
  protected readonly needs = computed(() => this.#has('downstream'));
  protected readonly isNeeded = computed(() => this.#has('upstream'));
  /** As its own checks say, where that is not what is shown. */
  protected readonly own = computed(() => {
    const shown = this.graph.value()?.systems.find(({ id }) => id === this.system().id);
    return shown && shown.own.state !== shown.state.state ? shown.own : undefined;
  });

  protected async add(given: { downstream: Named } | { upstream: Named }): Promise<void> {
    if (await openDependencyDialog(this.#dialog, given)) this.graph.reload();
  }

  #has(end: 'upstream' | 'downstream'): boolean {
    return this.graph.value()?.dependencies.some((dependency) => dependency[end].id === this.system().id) ?? false;
  }
}
