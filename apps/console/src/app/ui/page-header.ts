import { ChangeDetectionStrategy, Component, effect, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { PageTitle } from './page-title.js';
import { Icon } from './icon.js';

/** The top of a screen: where it belongs, its name, what can be done. `[aside]` stands beside the name, `[actions]` at the end. */
@Component({
  selector: 'cs-page-header',
  imports: [Icon, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (parent(); as parent) {
      <a class="parent" [routerLink]="parent.link"><cs-icon name="chevron-left" [size]="13" />{{ parent.name }}</a>
    }
    <div class="line">
      <h1>{{ heading() }}</h1>
      <ng-content select="[aside]" />
      <div class="actions"><ng-content select="[actions]" /></div>
    </div>
    <ng-content />
  `,
  styles: `
    :host {
      display: block;
      margin-bottom: 20px;
    }

    .parent {
      display: inline-flex;
      align-items: center;
      gap: 4px;
      margin: -6px 0 4px;
      color: var(--cs-text-faint);
      font-size: 0.8125rem;
      line-height: 24px;
    }

    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px 12px;
      min-height: 36px;
    }

    h1 {
      min-width: 0;
      overflow-wrap: anywhere;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-inline-start: auto;
    }
  `,
})
export class PageHeader {
  readonly heading = input.required<string>();
  readonly parent = input<{ name: string; link: string }>();

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.name(this.heading()));
  }
}
