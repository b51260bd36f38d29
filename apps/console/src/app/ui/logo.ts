import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({
  selector: 'cs-logo',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true" focusable="false">
      <rect class="ground" width="32" height="32" rx="8" />
      <path class="stack" d="M8 12.5h10M8 17h6" />
      <path class="tick" d="m13.5 20.5 3.6 3.6L25 14.5" />
    </svg>
    Checkstack
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 9px;
      color: var(--cs-text);
      font-size: 0.9375rem;
      font-weight: 650;
      letter-spacing: -0.012em;
    }

    .ground {
      fill: #3f51d9;
    }

    path {
      fill: none;
      stroke: #fff;
      stroke-linecap: round;
      stroke-linejoin: round;
    }

    .stack {
      stroke-width: 2.6;
      stroke-opacity: 0.6;
    }

    .tick {
      stroke-width: 3;
    }
  `,
})
export class Logo {}
