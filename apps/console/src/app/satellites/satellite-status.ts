import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Satellite } from '@checkstack/api';
import { StateBadge } from '../ui/state-badge.js';
import { statusState, statusWords } from './satellite-words.js';

@Component({
  selector: 'cs-satellite-status',
  imports: [StateBadge],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '<cs-state [look]="look()" [state]="state()" [label]="words()" />',
})
export class SatelliteStatus {
  readonly status = input.required<Satellite['status']>();
  readonly look = input<'pill' | 'plain'>('plain');

  protected readonly state = computed(() => statusState[this.status()]);
  protected readonly words = computed(() => statusWords[this.status()]);
}
