import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { ErrorSentence } from '../ui/form-errors.js';
import { judgementOf, type JudgementForm } from './judgement-form.js';
import { quorumWords, thresholdWords } from './judgement-words.js';

/** When runs change the state, and how many places must agree; each with a sentence that says what it comes to. */
@Component({
  selector: 'cs-judgement-fields',
  imports: [ErrorSentence, MatFormFieldModule, MatInput, MatSelectModule, ReactiveFormsModule],
  // Controls are no signals: the sentences are made at every check.
  changeDetection: ChangeDetectionStrategy.Eager,
  template: `
    @let controls = form().controls;
    @let judgement = judgementOf(form());
    <ng-container [formGroup]="form()">
      <fieldset>
        <legend>Runs that change the state</legend>
        <mat-form-field>
          <mat-label>Counted</mat-label>
          <mat-select formControlName="counted">
            <mat-option value="row">In a row</mat-option>
            <mat-option value="window">Of the last runs</mat-option>
          </mat-select>
        </mat-form-field>
        <div class="three">
          @for (field of controls.counted.value === 'row' ? rowFields : windowFields; track field.name) {
            <mat-form-field>
              <mat-label>{{ field.label }}</mat-label>
              <input matInput type="number" [min]="field.least" max="100" [formControlName]="field.name" />
              <mat-error><cs-error-sentence [of]="controls[field.name]" /></mat-error>
            </mat-form-field>
          }
        </div>
        <p class="cs-small cs-soft">{{ thresholdWords(judgement.thresholds) }}</p>
      </fieldset>
      <fieldset>
        <legend>Places that must agree</legend>
        <div class="two">
          <mat-form-field>
            <mat-label>Quorum</mat-label>
            <mat-select formControlName="quorum">
              <mat-option value="any">Any place</mat-option>
              <mat-option value="majority">The majority</mat-option>
              <mat-option value="all">All places</mat-option>
              <mat-option value="atLeast">At least some</mat-option>
            </mat-select>
          </mat-form-field>
          @if (controls.quorum.value === 'atLeast') {
            <mat-form-field>
              <mat-label>Places</mat-label>
              <input matInput type="number" min="1" max="100" formControlName="places" />
              <mat-error><cs-error-sentence [of]="controls.places" /></mat-error>
            </mat-form-field>
          }
        </div>
        <p class="cs-small cs-soft">{{ quorumWords(judgement.quorum) }}</p>
      </fieldset>
    </ng-container>
  `,
  styles: `
    :host,
    fieldset {
      display: grid;
      gap: 10px;
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 0;
    }

    :host {
      gap: 18px;
    }

    legend {
      margin-bottom: 8px;
      padding: 0;
      color: var(--cs-text-soft);
      font-size: 0.8125rem;
    }

    .three {
      display: grid;
      grid-template-columns: repeat(3, 1fr);
      gap: 10px;
    }

    .two {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
      gap: 10px;
    }
  `,
})
export class JudgementFields {
  readonly form = input.required<JudgementForm>();

  protected readonly rowFields = [
    { name: 'healthy', label: 'To healthy', least: 1 },
    { name: 'degraded', label: 'To degraded', least: 1 },
    { name: 'unhealthy', label: 'To unhealthy', least: 1 },
  ] as const;
  protected readonly windowFields = [
    { name: 'window', label: 'Last runs', least: 3 },
    { name: 'degraded', label: 'Degraded', least: 1 },
    { name: 'unhealthy', label: 'Unhealthy', least: 1 },
  ] as const;
  protected readonly judgementOf = judgementOf;
  protected readonly thresholdWords = thresholdWords;
  protected readonly quorumWords = quorumWords;
}
