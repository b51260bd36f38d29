import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import { RouterLink } from '@angular/router';
import type { CurrentMaintenance, MaintenanceStatus } from '@checkstack/api';
import { Icon } from '../ui/icon.js';
import { fullTime } from '../ui/time.js';
import { statusWords } from './maintenance-words.js';

/** That something is in maintenance now, beside its state; leads to it. */
@Component({
  selector: 'cs-in-maintenance',
  imports: [Icon, MatTooltip, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'look()' },
  template: `
    @if (of(); as maintenance) {
      <a [routerLink]="['/maintenance', maintenance.id]" [matTooltip]="told()">
        <cs-icon name="maintenance" [size]="13" />
        @if (look() === 'icon') {
          <span class="cs-visually-hidden">{{ 'In maintenance: ' + maintenance.title }}</span>
        } @else {
          In maintenance
          <span class="cs-visually-hidden">: {{ maintenance.title }}</span>
        }
      </a>
    }
  `,
  styles: `
    a {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      min-height: 20px;
      padding: 0 7px;
      border: 1px dashed var(--cs-line-strong);
      border-radius: 20px;
      color: var(--cs-text-soft);
      font-size: 0.75rem;
      font-weight: 550;
      line-height: 1.125rem;
      vertical-align: middle;
      white-space: nowrap;

      &:hover {
        color: var(--cs-text);
        text-decoration: none;
      }
    }

    :host(.icon) a {
      justify-content: center;
      min-width: 24px;
      min-height: 24px;
      padding: 0;
      border: 0;
    }
  `,
})
export class InMaintenance {
  readonly of = input.required<CurrentMaintenance | null>();
  readonly look = input<'words' | 'icon'>('words');

  protected readonly told = computed(() => {
    const maintenance = this.of();
    return maintenance ? `${maintenance.title}, until ${fullTime(maintenance.until)}` : '';
  });
}

/** The status of a maintenance as a pill. */
@Component({
  selector: 'cs-maintenance-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'status()' },
  template: `{{ words() }}`,
  styles: `
    :host {
      display: inline-block;
      padding: 1px 9px;
      border-radius: 20px;
      background: var(--cs-sunken);
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
      white-space: nowrap;
    }

    :host(.scheduled) {
      background: var(--cs-accent-soft);
      color: var(--cs-accent);
    }

    :host(.in-progress) {
      background: var(--cs-degraded-soft);
      color: var(--cs-degraded);
    }

    :host(.completed) {
      background: var(--cs-healthy-soft);
      color: var(--cs-healthy);
    }
  `,
})
export class MaintenanceStatusBadge {
  readonly status = input.required<MaintenanceStatus>();

  protected readonly words = computed(() => statusWords[this.status()]);
}
