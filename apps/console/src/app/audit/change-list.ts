import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import type { AuditEntry } from '@checkstack/api';
import { Icon } from '../ui/icon.js';
import { fieldWords, valueWords } from './audit-words.js';

/** So few are shown at once. */
const shownUnfolded = 3;

/** Field by field, before and after. */
@Component({
  selector: 'cs-change-list',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (isOpen()) {
      <table>
        <caption class="cs-visually-hidden">
          What changed of
          {{
            what()
          }}
        </caption>
        <thead class="cs-visually-hidden">
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.field) {
            <tr>
              <th scope="row">{{ row.field }}</th>
              <td class="before">{{ row.before }}</td>
              <td class="after">{{ row.after }}</td>
            </tr>
          }
        </tbody>
      </table>
    }
    @if (rows().length > few) {
      <button type="button" [attr.aria-expanded]="isOpen()" (click)="unfolded.set(!isOpen())">
        <cs-icon [name]="isOpen() ? 'chevron-down' : 'chevron-right'" [size]="13" />
        {{ isOpen() ? 'Hide the changes' : rows().length + ' fields' }}
      </button>
    }
  `,
  styles: `
    :host {
      display: block;
    }

    table {
      width: 100%;
      margin-top: 4px;
      border-collapse: collapse;
      table-layout: fixed;
      font-size: 0.75rem;
      line-height: 1.125rem;
    }

    th,
    td {
      padding: 3px 10px 3px 0;
      text-align: start;
      vertical-align: top;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }

    th {
      width: 32%;
      color: var(--cs-text-faint);
      font-weight: 450;
    }

    .before {
      color: var(--cs-text-faint);
      text-decoration: line-through;
      text-decoration-color: color-mix(in srgb, currentColor 45%, transparent);
    }

    .after::before {
      content: '→ ';
      color: var(--cs-text-faint);
    }

    button {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      min-height: 24px;
      padding: 0;
      border: 0;
      background: none;
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.75rem;
      cursor: pointer;

      &:hover {
        color: var(--cs-text);
      }
    }
  `,
})
export class ChangeList {
  readonly changes = input.required<AuditEntry['changes']>();
  /** Whose changes, for assistive technology. */
  readonly what = input.required<string>();

  protected readonly few = shownUnfolded;
  protected readonly unfolded = signal<boolean | undefined>(undefined);
  protected readonly rows = computed(() =>
    Object.entries(this.changes()).map(([path, [before, after]]) => ({
      field: fieldWords(path),
      before: valueWords(before),
      after: valueWords(after),
    })),
  );
  protected readonly isOpen = computed(() => this.unfolded() ?? this.rows().length <= shownUnfolded);
}
