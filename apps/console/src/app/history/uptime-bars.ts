import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import type { TimeInStates } from '@checkstack/api';
import { barPieces, partSentence } from './uptime-words.js';

/** Equal parts of a span, a bar each: how long it was how. */
@Component({
  selector: 'cs-uptime-bars',
  imports: [MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'summary()' },
  template: `
    <svg
      preserveAspectRatio="none"
      matTooltipPositionAtOrigin
      matTooltipShowDelay="0"
      [attr.viewBox]="'0 0 ' + parts().length + ' 100'"
      [matTooltip]="told()"
      (mousemove)="hover($event)"
      (mouseleave)="hovered.set(undefined)"
    >
      @for (bar of bars(); track $index; let at = $index) {
        @for (piece of bar; track piece.state) {
          <rect
            [class]="piece.state"
            [attr.x]="at + 0.12"
            width="0.76"
            [attr.y]="piece.state === 'unknown' ? piece.from + piece.height * 0.35 : piece.from"
            [attr.height]="piece.state === 'unknown' ? piece.height * 0.3 : piece.height"
          />
        }
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
    }

    svg {
      display: block;
      width: 100%;
      height: 36px;
    }

    .healthy {
      fill: var(--cs-healthy);
      fill-opacity: 0.8;
    }

    .degraded {
      fill: var(--cs-degraded);
    }

    .unhealthy {
      fill: var(--cs-unhealthy);
    }

    // A thin piece: there is less to be seen of what nobody knows.
    .unknown {
      fill: var(--cs-unknown);
      fill-opacity: 0.45;
    }
  `,
})
export class UptimeBars {
  readonly parts = input.required<readonly TimeInStates[]>();
  /** The whole in words. */
  readonly label = input.required<string>();

  protected readonly hovered = signal<number | undefined>(undefined);
  protected readonly bars = computed(() => this.parts().map(barPieces));
  protected readonly told = computed(() => {
    const part = this.parts()[this.hovered() ?? -1];
    return part ? partSentence(part) : '';
  });
  protected readonly summary = computed(() => {
    const troubled = this.parts().filter(({ seconds }) => seconds.unhealthy > 0);
    if (troubled.length === 0) return `${this.label()}. Never unhealthy.`;
    const worst = troubled.toSorted((left, right) => right.seconds.unhealthy - left.seconds.unhealthy).slice(0, 5);
    return `${this.label()}. ${troubled.length} of ${this.parts().length} parts with unhealthy time, the worst: ${worst.map(partSentence).join('. ')}.`;
  });

  protected hover(event: MouseEvent): void {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    this.hovered.set(Math.floor(((event.clientX - left) / width) * this.parts().length));
  }
}
