import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { routes, type Location } from '@checkstack/api';
import { Api } from '../api/api.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { AddByName } from '../ui/add-by-name.js';
import { Confirm } from '../ui/confirm.js';
import { EditableName } from '../ui/editable-name.js';
import { Icon } from '../ui/icon.js';
import { StateBadge } from '../ui/state-badge.js';
import { loadedLocations } from './loaded-satellites.js';

/** The places that checks run from. */
@Component({
  selector: 'cs-locations',
  imports: [AddByName, EditableName, Icon, LoadingView, MatIconButton, StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <cs-loading shape="line" [of]="locations" />
    <ul>
      @for (location of locations.value(); track location.id) {
        <li>
          <cs-editable-name [name]="location.name" [mayEdit]="mayManage()" [rename]="renaming(location)" />
          <cs-state [state]="stateOf(location)" [label]="wordsOf(location)" />
          @if (mayManage()) {
            <button
              matIconButton
              type="button"
              [attr.aria-label]="'Delete ' + location.name"
              (click)="remove(location)"
            >
              <cs-icon name="trash" [size]="14" />
            </button>
          }
        </li>
      }
    </ul>
    @if (mayManage()) {
      <cs-add-by-name label="New location" [add]="add" />
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
      padding: 6px 16px 16px;
    }

    li {
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: 44px;
      border-bottom: 1px solid var(--cs-line);
    }

    cs-editable-name {
      flex: 1;
    }
  `,
})
export class Locations {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #session = inject(Session);

  protected readonly locations = loadedLocations();
  protected readonly mayManage = computed(() => this.#session.may('satellites.location.manage'));

  protected readonly add = async (name: string): Promise<void> => {
    await this.#api.call(routes.locations.create, { body: { name } });
    this.locations.reload();
  };

  protected renaming({ id, version }: Location) {
    return async (name: string): Promise<void> => {
      await this.#api.call(routes.locations.update, { params: { id }, body: { name }, version });
      this.locations.reload();
    };
  }

  protected stateOf({ satelliteCount, onlineCount }: Location): 'healthy' | 'degraded' | 'unhealthy' | 'unknown' {
    if (satelliteCount === 0) return 'unknown';
    if (onlineCount === 0) return 'unhealthy';
    return onlineCount < satelliteCount ? 'degraded' : 'healthy';
  }

  protected wordsOf({ satelliteCount, onlineCount }: Location): string {
    if (satelliteCount === 0) return 'No satellite';
    return `${onlineCount} of ${satelliteCount} online`;
  }

  protected async remove({ id, name, version }: Location): Promise<void> {
    const isDone = await this.#confirm.ask({
      title: `Delete ${name}?`,
      text: 'Only a location without satellites and assignments can be deleted.',
      action: 'Delete location',
      act: () => this.#api.call(routes.locations.remove, { params: { id }, version }),
    });
    if (isDone) this.locations.reload();
  }
}
