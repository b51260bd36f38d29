import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The mark of a kind of channel or integration, as its definition draws it on a 16 × 16 grid. */
@Component({
  selector: 'cs-kind-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `<svg viewBox="0 0 16 16" width="18" height="18" focusable="false"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-grid;
      flex: none;
      place-items: center;
      width: 34px;
      height: 34px;
      border-radius: 9px;
      background: var(--cs-unknown-soft);
      color: var(--cs-text-soft);
    }

    svg {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.4;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class KindIcon {
  readonly path = input.required<string>();
}
