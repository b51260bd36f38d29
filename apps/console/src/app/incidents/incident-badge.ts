import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { IncidentSeverity, IncidentStatus } from '@checkstack/api';
import { Icon, type IconName } from '../ui/icon.js';
import { severityWords, statusWords } from './incident-words.js';

const severityIcons: Record<IncidentSeverity, IconName> = { minor: 'info', major: 'degraded', critical: 'unhealthy' };

/** A severity as shape, word and colour. */
@Component({
  selector: 'cs-severity',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'severity()' },
  template: `<cs-icon [name]="icon()" [size]="15" />{{ word() }}`,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--tone);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
      white-space: nowrap;
    }

    :host(.minor) {
      --tone: var(--cs-unknown);
    }

    :host(.major) {
      --tone: var(--cs-degraded);
    }

    :host(.critical) {
      --tone: var(--cs-unhealthy);
    }
  `,
})
export class SeverityBadge {
  readonly severity = input.required<IncidentSeverity>();

  protected readonly word = computed(() => severityWords[this.severity()]);
  protected readonly icon = computed(() => severityIcons[this.severity()]);
}

/** A status as a pill; what is over looks calm. */
@Component({
  selector: 'cs-incident-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.over]': "status() === 'resolved'" },
  template: `{{ word() }}`,
  styles: `
    :host {
      display: inline-block;
      padding: 1px 9px;
      border-radius: 20px;
      background: var(--cs-accent-soft);
      color: var(--cs-accent);
      font-size: 0.8125rem;
      font-weight: 550;
      line-height: 1.25rem;
      white-space: nowrap;
    }

    :host(.over) {
      background: var(--cs-healthy-soft);
      color: var(--cs-healthy);
    }
  `,
})
export class IncidentStatusBadge {
  readonly status = input.required<IncidentStatus>();

  protected readonly word = computed(() => statusWords[this.status()]);
}
