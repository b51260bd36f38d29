import {
  ChangeDetectionStrategy,
  Component,
  Directive,
  contentChildren,
  inject,
  input,
  TemplateRef,
} from '@angular/core';
import { NgTemplateOutlet } from '@angular/common';

/** `<ng-template csFact="Location">…</ng-template>` inside `<cs-facts>`. */
@Directive({ selector: '[csFact]' })
export class Fact {
  readonly label = input.required<string>({ alias: 'csFact' });
  readonly template = inject<TemplateRef<unknown>>(TemplateRef);
}

/** Labels and values, aligned. */
@Component({
  selector: 'cs-facts',
  imports: [NgTemplateOutlet],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dl>
      @for (fact of facts(); track fact) {
        <div>
          <dt>{{ fact.label() }}</dt>
          <dd><ng-container [ngTemplateOutlet]="fact.template" /></dd>
        </div>
      }
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      gap: 8px;
    }

    div {
      display: grid;
      grid-template-columns: minmax(96px, 34%) 1fr;
      gap: 12px;
      font-size: 0.8125rem;
      line-height: 1.25rem;
    }

    dt {
      color: var(--cs-text-faint);
    }

    dd {
      min-width: 0;
      overflow-wrap: anywhere;
    }
  `,
})
export class Facts {
  protected readonly facts = contentChildren(Fact);
}
