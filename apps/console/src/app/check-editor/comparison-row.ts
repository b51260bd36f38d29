import { ChangeDetectionStrategy, Component, computed, inject, Injector, input, output } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { MatTooltip } from '@angular/material/tooltip';
import { operatorWords, type Operator } from '@checkstack/api';
import { focusField } from '../schema-form/focus.js';
import { ProblemMark } from '../schema-form/problem.js';
import { Icon } from '../ui/icon.js';
import type { ComparisonDraft } from './assertion-draft.js';

/** A fact, an operator, and what to compare with. */
@Component({
  selector: 'cs-comparison-row',
  imports: [Icon, MatFormFieldModule, MatIconButton, MatInput, MatSelectModule, MatTooltip, ProblemMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './comparison-row.html',
  styleUrl: './comparison-row.scss',
})
export class ComparisonRow {
  readonly #injector = inject(Injector);

  readonly draft = input.required<ComparisonDraft>();
  /** In a group a comparison can be taken out by itself. */
  readonly removable = input(false);
  readonly removed = output();

  protected readonly words = operatorWords;
  /** Of a text only: it may hold JSON. */
  protected readonly mayHavePath = computed(() => this.draft().fact()?.type === 'text');

  protected chooseFact(name: string): void {
    const draft = this.draft();
    draft.factName.set(name);
    if (draft.fact()?.type !== 'text') draft.path.set(undefined);
  }

  protected chooseOperator(operator: Operator): void {
    this.draft().operator.set(operator);
  }

  protected addPath(): void {
    this.draft().path.set('');
    focusField({ id: `${this.draft().id}-path` }, this.#injector);
  }
}
