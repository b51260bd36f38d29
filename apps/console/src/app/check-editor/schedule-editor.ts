import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { ProblemMark } from '../schema-form/problem.js';
import { Clock } from '../ui/clock.js';
import { fullTime } from '../ui/time.js';
import { units, type ScheduleDraft, type Unit } from './schedule-draft.js';

const shownRuns = 4;
const shownZones = 40;

@Component({
  selector: 'cs-schedule-editor',
  imports: [MatAutocompleteModule, MatButtonToggleModule, MatFormFieldModule, MatInput, MatSelectModule, ProblemMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let given = draft();
    <mat-button-toggle-group
      aria-label="How the schedule is given"
      hideSingleSelectionIndicator
      [value]="given.way()"
      (change)="given.way.set($event.value)"
    >
      <mat-button-toggle value="every">Interval</mat-button-toggle>
      <mat-button-toggle value="cron">Cron</mat-button-toggle>
    </mat-button-toggle-group>

    @if (given.way() === 'every') {
      <div class="controls">
        <mat-form-field class="count">
          <mat-label>Every</mat-label>
          <input
            #count
            matInput
            inputmode="numeric"
            autocomplete="off"
            [id]="given.id"
            [csProblem]="given.error()"
            [value]="given.count()"
            (input)="given.count.set(count.value)"
          />
        </mat-form-field>
        <mat-form-field class="unit">
          <mat-label>Unit</mat-label>
          <mat-select [value]="given.unit()" (valueChange)="given.unit.set($event)">
            @for (unit of unitNames; track unit) {
              <mat-option [value]="unit">{{ unit }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
      </div>
    } @else {
      <div class="controls">
        <mat-form-field>
          <mat-label>Cron expression</mat-label>
          <input
            #cron
            matInput
            class="cs-mono"
            autocomplete="off"
            spellcheck="false"
            [id]="given.id"
            [csProblem]="given.error()"
            [value]="given.cron()"
            (input)="given.cron.set(cron.value)"
          />
          <mat-hint>Minute, hour, day, month, weekday.</mat-hint>
        </mat-form-field>
        <mat-form-field>
          <mat-label>Time zone</mat-label>
          <input
            #zone
            matInput
            spellcheck="false"
            [matAutocomplete]="zones"
            [csProblem]="given.error()"
            [value]="given.timeZone()"
            (input)="given.timeZone.set(zone.value)"
          />
          <mat-autocomplete #zones="matAutocomplete" (optionSelected)="given.timeZone.set($event.option.value)">
            @for (name of offered(); track name) {
              <mat-option [value]="name">{{ name }}</mat-option>
            }
          </mat-autocomplete>
        </mat-form-field>
      </div>
    }
    @if (given.error(); as error) {
      <p class="error" role="alert">{{ error }}</p>
    } @else if (next().length > 0) {
      <div class="next">
        <p class="cs-faint">Next runs, in your time</p>
        <ul>
          @for (at of next(); track at) {
            <li>{{ at }}</li>
          }
        </ul>
      </div>
    }
  `,
  styles: `
    :host {
      display: grid;
      justify-items: start;
      gap: 14px;
    }

    .controls {
      display: flex;
      flex-wrap: wrap;
      gap: 12px;
      align-items: flex-start;
      width: 100%;
    }

    mat-form-field {
      flex: 1 1 200px;
    }

    .count {
      flex: 0 1 110px;
    }

    .unit {
      flex: 0 1 150px;
    }

    .error {
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
    }

    .next {
      font-size: 0.8125rem;
      line-height: 1.375rem;
    }
  `,
})
export class ScheduleEditor {
  readonly #clock = inject(Clock);

  readonly draft = input.required<ScheduleDraft>();

  protected readonly unitNames = Object.keys(units) as Unit[];
  protected readonly next = computed(() => {
    this.#clock.now();
    return this.draft()
      .nextRuns(shownRuns)
      .map((at) => fullTime(at.toISOString()));
  });
  protected readonly offered = computed(() => {
    const typed = this.draft().timeZone().toLowerCase();
    const names = ['UTC', ...Intl.supportedValuesOf('timeZone')];
    // The whole list when the field holds a zone: it was opened to choose another one.
    const fitting = names.some((name) => name.toLowerCase() === typed)
      ? names
      : names.filter((name) => name.toLowerCase().includes(typed));
    return fitting.slice(0, shownZones);
  });
}
