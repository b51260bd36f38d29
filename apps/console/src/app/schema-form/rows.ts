import { NgTemplateOutlet } from '@angular/common';
import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  inject,
  Injector,
  input,
  TemplateRef,
} from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { Icon } from '../ui/icon.js';
import type { AnyField } from './field.js';
import { focusField } from './focus.js';
import type { ListField } from './list-field.js';
import type { MapField } from './map-field.js';

/** The rows of a list or a map: add, remove, and in a list move. */
@Component({
  selector: 'cs-rows',
  imports: [Icon, MatButton, MatIconButton, NgTemplateOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'group', '[attr.aria-label]': 'field().label' },
  template: `
    @let given = field();
    <div class="head" tabindex="-1" [id]="given.id">
      <span class="title">{{ given.label }}</span>
      @if (given.hint) {
        <span class="cs-faint cs-small">{{ given.hint }}</span>
      }
    </div>
    @if (given.kind === 'list') {
      @for (item of given.items(); track item; let index = $index) {
        <div class="row" [class.boxed]="item.kind === 'object'">
          <div class="content">
            <ng-container
              [ngTemplateOutlet]="child()"
              [ngTemplateOutletContext]="{ $implicit: item, label: nameOf(index) }"
            />
          </div>
          <div class="tools">
            <button
              matIconButton
              type="button"
              [attr.aria-label]="'Move up: ' + nameOf(index)"
              [disabled]="index === 0"
              (click)="move(given, index, -1)"
            >
              <cs-icon name="arrow-up" [size]="14" />
            </button>
            <button
              matIconButton
              type="button"
              [attr.aria-label]="'Move down: ' + nameOf(index)"
              [disabled]="$last"
              (click)="move(given, index, 1)"
            >
              <cs-icon name="arrow-down" [size]="14" />
            </button>
            <button matIconButton type="button" [attr.aria-label]="'Remove ' + nameOf(index)" (click)="remove(index)">
              <cs-icon name="close" [size]="14" />
            </button>
          </div>
        </div>
      }
    } @else {
      @for (row of given.rows(); track row; let index = $index) {
        <div class="row">
          <div class="content pair">
            <ng-container [ngTemplateOutlet]="child()" [ngTemplateOutletContext]="{ $implicit: row.name, label: '' }" />
            <ng-container
              [ngTemplateOutlet]="child()"
              [ngTemplateOutletContext]="{ $implicit: row.value, label: '' }"
            />
          </div>
          <button matIconButton type="button" [attr.aria-label]="'Remove ' + nameOf(index)" (click)="remove(index)">
            <cs-icon name="close" [size]="14" />
          </button>
        </div>
      }
    }
    @if (given.error(); as error) {
      <p class="error">{{ error }}</p>
    }
    @if (given.kind === 'map' || !given.isFull()) {
      <button matButton class="add" type="button" [attr.aria-label]="'Add to ' + given.label" (click)="add()">
        <cs-icon name="plus" />Add
      </button>
    }
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: 8px;
    }

    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 10px;
      outline: none;
    }

    .title {
      font-size: 0.8125rem;
      font-weight: 600;
    }

    .row {
      display: flex;
      align-items: flex-start;
      gap: 4px;
      width: 100%;
    }

    .boxed {
      padding: 12px 6px 12px 12px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius);
    }

    .content {
      flex: 1;
      min-width: 0;
    }

    .pair {
      display: grid;
      grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
      gap: 8px;
    }

    .tools {
      display: flex;
    }

    .error {
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
    }

    @media (width < 720px) {
      .pair {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
})
export class Rows {
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly #injector = inject(Injector);

  readonly field = input.required<ListField | MapField>();
  /** Draws a field within. */
  readonly child = input.required<TemplateRef<{ $implicit: AnyField; label: string }>>();

  protected nameOf(index: number): string {
    return `${this.field().label} ${index + 1}`;
  }

  protected add(): void {
    const added = this.field().add();
    const first = 'name' in added ? added.name : firstControl(added);
    focusField(first, this.#injector);
  }

  protected move(list: ListField, index: number, by: 1 | -1): void {
    list.move(index, by);
    // The button went along with its row; at the end of the way only the other one is left.
    this.#focusAfterwards(() => {
      const row = this.#element.nativeElement.querySelectorAll(':scope > .row')[index + by];
      const [up, down] = row?.querySelectorAll<HTMLButtonElement>(':scope > .tools > button') ?? [];
      const [wanted, other] = by < 0 ? [up, down] : [down, up];
      return wanted?.disabled ? other : wanted;
    });
  }

  protected remove(index: number): void {
    this.field().remove(index);
    this.#focusAfterwards(() => this.#element.nativeElement.querySelector<HTMLElement>(':scope > .add'));
  }

  #focusAfterwards(find: () => HTMLElement | null | undefined): void {
    afterNextRender(() => find()?.focus(), { injector: this.#injector });
  }
}

function firstControl(field: AnyField): AnyField {
  const [first] = field.kind === 'object' ? field.plain : [];
  return first ? firstControl(first) : field;
}
