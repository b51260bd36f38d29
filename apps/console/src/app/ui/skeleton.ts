import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

export type SkeletonShape = 'list' | 'page' | 'cards' | 'chart' | 'line';

/** The outline of what is on its way. */
@Component({
  selector: 'cs-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'status', '[class]': 'shape()' },
  template: `
    <span class="cs-visually-hidden">Loading…</span>
    @for (bar of bars(); track $index) {
      <i [style.width.%]="bar"></i>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
      padding: 4px 0;
      // A quick answer shows no skeleton at all.
      animation: appear 0.2s 0.15s both;
    }

    i {
      display: block;
      height: 14px;
      border-radius: 4px;
      background: var(--cs-unknown-soft);
      animation: breathe 1.6s ease-in-out infinite;
    }

    :host(.list) {
      gap: 0;

      i {
        height: 12px;
        margin: 14px 0;
      }
    }

    :host(.page) i:first-of-type {
      height: 24px;
      margin-bottom: 12px;
    }

    :host(.cards) {
      grid-template-columns: repeat(auto-fill, minmax(220px, 1fr));

      i {
        height: 92px;
        border-radius: var(--cs-radius);
      }
    }

    :host(.chart) i {
      height: 220px;
      border-radius: var(--cs-radius);
    }

    @keyframes appear {
      from {
        opacity: 0;
      }
    }

    @keyframes breathe {
      50% {
        opacity: 0.45;
      }
    }
  `,
})
export class Skeleton {
  readonly shape = input<SkeletonShape>('list');

  protected readonly bars = computed(() => {
    switch (this.shape()) {
      case 'page':
        return [32, 54, 100, 100, 72];
      case 'cards':
        return [100, 100, 100, 100];
      case 'chart':
        return [100];
      case 'line':
        return [60];
      case 'list':
        return [78, 64, 86, 58, 72, 66];
    }
  });
}
