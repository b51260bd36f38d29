import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { MatTooltip } from '@angular/material/tooltip';
import { Templates } from './templates.js';

/** Offers the templates of a field and puts the chosen one where the cursor is. */
@Component({
  selector: 'cs-template-menu',
  imports: [MatIconButton, MatMenuModule, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      matTooltip="Insert a template"
      [attr.aria-label]="'Insert a template into ' + label()"
      [matMenuTriggerFor]="menu"
    >
      <span class="braces" aria-hidden="true">{{ '{}' }}</span>
    </button>
    <mat-menu #menu="matMenu" xPosition="before">
      @for (template of templates.names(); track template.name) {
        <button mat-menu-item type="button" (click)="insert(template.name)">
          <code>{{ braced(template.name) }}</code>
          <span class="cs-faint cs-small">{{ template.meaning }}</span>
        </button>
      }
    </mat-menu>
  `,
  styles: `
    .braces {
      font: 600 0.75rem/1 var(--cs-mono);
      color: var(--cs-text-faint);
      white-space: nowrap;
    }

    code {
      margin-inline-end: 10px;
    }
  `,
})
export class TemplateMenu {
  protected readonly templates = inject(Templates);

  readonly label = input.required<string>();
  readonly controlId = input.required<string>();
  /** The text with the template in it. */
  readonly inserted = output<string>();

  protected braced(name: string): string {
    return `{{ ${name} }}`;
  }

  protected insert(name: string): void {
    const control = document.getElementById(this.controlId());
    if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)) return;
    control.setRangeText(
      this.braced(name),
      control.selectionStart ?? control.value.length,
      control.selectionEnd ?? control.value.length,
      'end',
    );
    this.inserted.emit(control.value);
    // The menu gives the focus back to its button first.
    setTimeout(() => control.focus());
  }
}
