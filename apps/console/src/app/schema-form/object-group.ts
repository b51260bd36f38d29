import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input, type TemplateRef } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from '../ui/icon.js';
import type { AnyField } from './field.js';
import type { ObjectField } from './object-field.js';

/** Fields that belong together. What is optional or seldom needed unfolds. */
@Component({
  selector: 'cs-object-group',
  imports: [Icon, MatButton, NgTemplateOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { '[class.nested]': 'isNested()' },
  template: `
    @let given = field();
    @if (isNested()) {
      <div class="head">
        <button type="button" class="fold" [id]="given.id" [attr.aria-expanded]="isOpen()" (click)="toggle()">
          <cs-icon [name]="isOpen() ? 'chevron-down' : 'chevron-right'" [size]="14" />
          <span class="title">{{ given.label }}</span>
          @if (!given.present()) {
            <span class="cs-faint cs-small">Not set</span>
          }
        </button>
        @if (given.optional && given.present()) {
          <button matButton type="button" [attr.aria-label]="'Remove ' + given.label" (click)="leaveOut()">
            Remove
          </button>
        }
      </div>
      @if (given.hint) {
        <p class="cs-faint cs-small">{{ given.hint }}</p>
      }
    }
    @if (isOpen()) {
      <div class="fields">
        @for (inner of given.plain; track inner) {
          <div [class.short]="isShort(inner)">
            <ng-container [ngTemplateOutlet]="child()" [ngTemplateOutletContext]="{ $implicit: inner, label: '' }" />
          </div>
        }
      </div>
      @if (given.advanced.length > 0) {
        <button
          type="button"
          class="fold"
          [attr.aria-expanded]="advancedOpen()"
          (click)="given.advancedOpen.set(!advancedOpen())"
        >
          <cs-icon [name]="advancedOpen() ? 'chevron-down' : 'chevron-right'" [size]="14" />
          <span class="title">More options</span>
        </button>
        @if (advancedOpen()) {
          <div class="fields">
            @for (inner of given.advanced; track inner) {
              <div [class.short]="isShort(inner)">
                <ng-container
                  [ngTemplateOutlet]="child()"
                  [ngTemplateOutletContext]="{ $implicit: inner, label: '' }"
                />
              </div>
            }
          </div>
        }
      }
    }
    @if (given.error(); as error) {
      <p class="error">{{ error }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 14px;
    }

    :host(.nested) {
      padding: 6px 12px;
      border: 1px solid var(--cs-line);
      border-radius: var(--cs-radius);
    }

    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-height: 28px;
    }

    .fold {
      display: flex;
      align-items: center;
      justify-self: start;
      gap: 8px;
      min-height: 28px;
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      cursor: pointer;
    }

    .title {
      font-size: 0.8125rem;
      font-weight: 600;
    }

    .fields {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 220px), 1fr));
      gap: 16px;
      align-items: start;

      > :not(.short) {
        grid-column: 1 / -1;
        min-width: 0;
      }
    }

    :host(.nested) .fields {
      padding-bottom: 8px;
    }

    .error {
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
    }
  `,
})
export class ObjectGroup {
  readonly field = input.required<ObjectField>();
  /** Draws a field within. */
  readonly child = input.required<TemplateRef<{ $implicit: AnyField; label: string }>>();

  /** The outermost has no frame, nor has what stands under a heading of its own. */
  protected readonly isNested = computed(() => this.field().label !== '' && !this.field().required);
  /** What is wrong is never folded away. */
  protected readonly isOpen = computed(() => {
    const field = this.field();
    return field.present() && (!this.isNested() || field.open() || field.hasError());
  });
  protected readonly advancedOpen = computed(() => {
    const field = this.field();
    return field.advancedOpen() || field.advanced.some((inner) => inner.hasError());
  });

  protected isShort({ kind }: AnyField): boolean {
    return kind === 'number' || kind === 'choice' || kind === 'flag';
  }

  protected toggle(): void {
    const field = this.field();
    const open = !this.isOpen();
    field.open.set(open);
    if (open) field.present.set(true);
  }

  protected leaveOut(): void {
    this.field().present.set(false);
    this.field().open.set(false);
  }
}
