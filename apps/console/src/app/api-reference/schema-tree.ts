import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { Icon } from '../ui/icon.js';
import { boundWords, nameOfRef, partsOf, typeWords } from './api-document.js';

/** What a schema holds, as a tree; types with names of their own unfold when asked. */
@Component({
  selector: 'cs-schema-tree',
  imports: [Icon],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ul>
      @for (part of parts(); track $index) {
        <li>
          <div class="line">
            @if (part.unfolds) {
              <button
                type="button"
                [attr.aria-expanded]="part.isOpen"
                [attr.aria-label]="(part.isOpen ? 'Fold ' : 'Unfold ') + part.name"
                (click)="toggle($index, part.isOpen)"
              >
                <cs-icon [name]="part.isOpen ? 'chevron-down' : 'chevron-right'" [size]="12" />
              </button>
            } @else {
              <span class="leaf"></span>
            }
            <code class="name">{{ part.name }}</code>
            <span class="type">{{ part.type }}</span>
            @if (!part.required) {
              <span class="cs-faint">optional</span>
            }
            @if (part.bounds) {
              <span class="cs-faint bounds">{{ part.bounds }}</span>
            }
          </div>
          @if (part.description) {
            <p class="cs-soft">{{ part.description }}</p>
          }
          @if (part.isOpen) {
            <cs-schema-tree [schema]="part.schema" [schemas]="schemas()" [depth]="depth() + 1" />
          }
        </li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
      font-size: 0.8125rem;
      line-height: 1.375rem;
    }

    :host :host {
      margin-inline-start: 9px;
      padding-inline-start: 12px;
      border-inline-start: 1px solid var(--cs-line);
    }

    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 10px;
      padding: 1px 0;
    }

    .leaf,
    button {
      width: 18px;
    }

    button {
      display: inline-grid;
      place-items: center;
      align-self: center;
      height: 24px;
      padding: 0;
      border: 0;
      background: none;
      color: var(--cs-text-soft);
      cursor: pointer;
    }

    .leaf {
      flex: none;
    }

    .name {
      font-weight: 600;
    }

    .type {
      color: var(--cs-text-soft);
      overflow-wrap: anywhere;
    }

    .bounds {
      overflow-wrap: anywhere;
    }

    p {
      padding-inline-start: 28px;
    }
  `,
})
export class SchemaTree {
  readonly schema = input.required<JsonSchema>();
  readonly schemas = input.required<Record<string, JsonSchema>>();
  readonly depth = input(0);

  readonly #toggled = signal<ReadonlyMap<number, boolean>>(new Map());
  protected readonly parts = computed(() => {
    const schemas = this.schemas();
    return partsOf(this.schema(), schemas).map((part, index) => {
      const unfolds = partsOf(part.schema, schemas).length > 0;
      const isNamed = nameOfRef(part.schema) !== undefined || nameOfRef(part.schema.items ?? {}) !== undefined;
      return {
        ...part,
        type: typeWords(part.schema, schemas),
        bounds: boundWords(part.schema),
        description: part.schema.description ?? '',
        unfolds,
        isOpen: unfolds && (this.#toggled().get(index) ?? (!isNamed && this.depth() < 1)),
      };
    });
  });

  protected toggle(index: number, isOpen: boolean): void {
    this.#toggled.update((toggled) => new Map(toggled).set(index, !isOpen));
  }
}
