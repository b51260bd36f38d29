import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** A thin line that moves while something takes long; a quick answer never shows it. */
@Component({
  selector: 'cs-busy-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isBusy()) {
      <div role="progressbar" [attr.aria-label]="label()"></div>
    }
  `,
  styles: `
    :host {
      display: block;
      height: 2px;
      overflow: hidden;
    }

    div {
      width: 30%;
      height: 2px;
      border-radius: 2px;
      background: var(--cs-accent);
      animation:
        appear 0.2s 0.6s both,
        travel 1.4s ease-in-out infinite;
    }

    @keyframes appear {
      from {
        opacity: 0;
      }
    }

    @keyframes travel {
      from {
        transform: translateX(-100%);
      }

      to {
        transform: translateX(340%);
      }
    }
  `,
})
export class BusyBar {
  readonly isBusy = input.required<boolean>();
  /** What is waited for: “Reading the latency”. */
  readonly label = input.required<string>();
}
