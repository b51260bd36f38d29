import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { ProbeDescriptor } from '@checkstack/api';

/** The kinds of check, as cards. */
@Component({
  selector: 'cs-kind-choice',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (probe of probes(); track probe.kind) {
        <li>
          <button type="button" class="cs-card" (click)="chosen.emit(probe.kind)">
            <strong>{{ probe.title }}</strong>
            <span class="cs-soft">{{ probe.description }}</span>
            <code class="cs-faint">{{ probe.kind }}</code>
          </button>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr));
      gap: 12px;
    }

    button {
      display: grid;
      align-content: start;
      gap: 4px;
      width: 100%;
      height: 100%;
      padding: 16px;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;

      &:hover {
        border-color: var(--cs-accent);
        background: var(--cs-hover);
      }
    }

    strong {
      font-weight: 600;
    }

    span {
      font-size: 0.8125rem;
    }

    code {
      font-size: 0.75rem;
    }
  `,
})
export class KindChoice {
  readonly probes = input.required<readonly ProbeDescriptor[]>();
  readonly chosen = output<string>();
}
