import { Directive, effect, inject, input } from '@angular/core';
import { MatFormFieldControl } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelect } from '@angular/material/select';

/** Makes a Material control show its `<mat-error>` without a form control behind it. */
@Directive({ selector: '[csProblem]' })
export class ProblemMark {
  readonly problem = input.required<string>({ alias: 'csProblem' });

  constructor() {
    const control = inject<MatFormFieldControl<unknown>>(MatFormFieldControl);
    effect(() => {
      const isWrong = this.problem() !== '';
      if (!(control instanceof MatInput || control instanceof MatSelect)) return;
      control.errorState = isWrong;
      control.stateChanges.next();
    });
  }
}
