import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import type { SenderKind } from '@checkstack/api';
import { KindIcon } from './kind-icon.js';

/** The kinds to choose from, as cards. */
@Component({
  selector: 'cs-kind-cards',
  imports: [KindIcon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (kind of kinds(); track kind.kind) {
        <li>
          <button type="button" class="cs-card" (click)="chosen.emit(kind)">
            <cs-kind-icon [path]="kind.icon" />
            <span>
              <strong>{{ kind.title }}</strong>
              <span class="cs-soft">{{ kind.summary }}</span>
            </span>
          </button>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr));
      gap: 10px;
      padding-top: 4px;
    }

    button {
      display: flex;
      align-items: flex-start;
      gap: 12px;
      width: 100%;
      height: 100%;
      padding: 12px;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;

      &:hover {
        border-color: var(--cs-accent);
        background: var(--cs-hover);
      }
    }

    button > span {
      display: grid;
      gap: 2px;
    }

    strong {
      color: var(--cs-text);
      font-weight: 600;
    }

    .cs-soft {
      font-size: 0.8125rem;
      line-height: 1.35;
    }
  `,
})
export class KindCards {
  readonly kinds = input.required<readonly SenderKind[]>();
  readonly chosen = output<SenderKind>();
}
