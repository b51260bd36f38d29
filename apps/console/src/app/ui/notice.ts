import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon, type IconName } from './icon.js';

export type Tone = 'info' | 'healthy' | 'degraded' | 'unhealthy';

/** A sentence in the page that wants to be seen, perhaps with something to do about it. */
@Component({
  selector: 'cs-notice',
  imports: [Icon, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class]': 'tone()', '[attr.role]': "tone() === 'unhealthy' ? 'alert' : 'status'" },
  template: `
    <cs-icon [name]="icon()" />
    <div class="text"><ng-content /></div>
    @if (action(); as action) {
      <button matButton type="button" (click)="acted.emit()">{{ action }}</button>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: 10px;
      padding: 8px 12px;
      border: 1px solid color-mix(in srgb, var(--tone) 30%, transparent);
      border-radius: var(--cs-radius);
      background: var(--tone-soft);
      font-size: 0.8125rem;
      line-height: 1.25rem;
      --tone: var(--cs-accent);
      --tone-soft: var(--cs-accent-soft);
    }

    :host(.healthy) {
      --tone: var(--cs-healthy);
      --tone-soft: var(--cs-healthy-soft);
    }

    :host(.degraded) {
      --tone: var(--cs-degraded);
      --tone-soft: var(--cs-degraded-soft);
    }

    :host(.unhealthy) {
      --tone: var(--cs-unhealthy);
      --tone-soft: var(--cs-unhealthy-soft);
    }

    cs-icon {
      color: var(--tone);
    }

    .text {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class Notice {
  readonly tone = input<Tone>('info');
  /** The word on its button; none without. */
  readonly action = input<string>();
  readonly acted = output();

  protected readonly icon = computed<IconName>(() => {
    const tone = this.tone();
    return tone === 'info' ? 'info' : tone;
  });
}
