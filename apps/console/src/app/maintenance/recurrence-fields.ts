import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import type { FormControl } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { startWith, switchMap } from 'rxjs';
import { ErrorSentence } from '../ui/form-errors.js';
import {
  freshDraft,
  ordinals,
  ordinalWords,
  weekdayNames,
  weekdays,
  writeRule,
  type RecurrenceDraft,
  type Weekday,
} from './recurrence-draft.js';

/** How often: chosen in words, or written as a rule. */
@Component({
  selector: 'cs-recurrence-fields',
  imports: [ErrorSentence, MatFormFieldModule, MatInput, MatSelectModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let draft = this.draft();
    <div class="line">
      @if (draft.every !== 'rule') {
        <mat-form-field class="number" subscriptSizing="dynamic">
          <mat-label>Every</mat-label>
          <input
            #interval
            matInput
            type="number"
            min="1"
            max="99"
            [value]="draft.interval"
            (input)="set({ interval: whole(interval.value, 99) })"
          />
        </mat-form-field>
      }
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Unit</mat-label>
        <mat-select [value]="draft.every" (valueChange)="choose($event)">
          @for (unit of units; track unit) {
            <mat-option [value]="unit">{{ draft.interval > 1 ? unit + 's' : unit }}</mat-option>
          }
          <mat-option value="rule">by a rule (RRULE)</mat-option>
        </mat-select>
      </mat-form-field>
      @if (draft.every === 'month') {
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Day</mat-label>
          <mat-select [value]="draft.monthly" (valueChange)="set({ monthly: $event })">
            <mat-option value="date">on the same date</mat-option>
            <mat-option value="last-day">on the last day</mat-option>
            <mat-option value="weekday">on a weekday</mat-option>
          </mat-select>
        </mat-form-field>
      }
    </div>
    @if (draft.every === 'week') {
      <div class="days" role="group" aria-label="On">
        @for (day of weekdays; track day) {
          <button type="button" [attr.aria-pressed]="draft.days.includes(day)" (click)="toggle(day)">
            {{ weekdayNames[day].slice(0, 3) }}<span class="cs-visually-hidden">{{ weekdayNames[day].slice(3) }}</span>
          </button>
        }
      </div>
    }
    @if (draft.every === 'month' && draft.monthly === 'weekday') {
      <div class="line">
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Which</mat-label>
          <mat-select [value]="draft.ordinal" (valueChange)="set({ ordinal: $event })">
            @for (ordinal of ordinals; track ordinal) {
              <mat-option [value]="ordinal">{{ ordinalWords[ordinal] }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Weekday</mat-label>
          <mat-select [value]="draft.weekday" (valueChange)="set({ weekday: $event })">
            @for (day of weekdays; track day) {
              <mat-option [value]="day">{{ weekdayNames[day] }}</mat-option>
            }
          </mat-select>
        </mat-form-field>
      </div>
    }
    @if (draft.every === 'rule') {
      <mat-form-field subscriptSizing="dynamic">
        <mat-label>Rule</mat-label>
        <input
          #rule
          matInput
          maxlength="500"
          autocomplete="off"
          spellcheck="false"
          placeholder="FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2"
          [value]="draft.rule"
          (input)="set({ rule: rule.value })"
        />
        <mat-hint>RFC 5545. The time of day is that of the first one.</mat-hint>
      </mat-form-field>
    } @else {
      <div class="line">
        <mat-form-field subscriptSizing="dynamic">
          <mat-label>Ends</mat-label>
          <mat-select [value]="draft.ends" (valueChange)="set({ ends: $event })">
            <mat-option value="never">never</mat-option>
            <mat-option value="until">on a day</mat-option>
            <mat-option value="count">after so many</mat-option>
          </mat-select>
        </mat-form-field>
        @if (draft.ends === 'until') {
          <mat-form-field subscriptSizing="dynamic">
            <mat-label>Last day</mat-label>
            <input #until matInput type="date" [value]="draft.until" (input)="set({ until: until.value })" />
          </mat-form-field>
        }
        @if (draft.ends === 'count') {
          <mat-form-field class="number" subscriptSizing="dynamic">
            <mat-label>Times</mat-label>
            <input
              #count
              matInput
              type="number"
              min="1"
              max="999"
              [value]="draft.count"
              (input)="set({ count: whole(count.value, 999) })"
            />
          </mat-form-field>
        }
      </div>
    }
    @if (control().errors) {
      <p role="alert"><cs-error-sentence [of]="control()" /></p>
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 10px;
    }

    .line {
      display: flex;
      flex-wrap: wrap;
      gap: 10px;

      mat-form-field {
        flex: 1 1 150px;
      }

      .number {
        flex: 0 0 100px;
      }
    }

    .days {
      display: flex;
      flex-wrap: wrap;
      gap: 6px;

      button {
        min-width: 46px;
        min-height: 34px;
        padding: 0 8px;
        border: 1px solid var(--cs-line-strong);
        border-radius: var(--cs-radius-small);
        background: var(--cs-surface);
        color: var(--cs-text-soft);
        font: inherit;
        font-size: 0.8125rem;
        cursor: pointer;

        &:hover {
          color: var(--cs-text);
        }

        &[aria-pressed='true'] {
          border-color: var(--cs-accent);
          background: var(--cs-accent-soft);
          color: var(--cs-accent);
          font-weight: 600;
        }
      }
    }

    p {
      color: var(--cs-unhealthy);
      font-size: 0.75rem;
    }
  `,
})
export class RecurrenceFields {
  readonly control = input.required<FormControl<RecurrenceDraft>>();

  protected readonly draft = toSignal(
    toObservable(this.control).pipe(switchMap((control) => control.valueChanges.pipe(startWith(control.value)))),
    { initialValue: freshDraft },
  );
  protected readonly units = ['day', 'week', 'month', 'year'] as const;
  protected readonly weekdays = weekdays;
  protected readonly weekdayNames = weekdayNames;
  protected readonly ordinals = ordinals;
  protected readonly ordinalWords = ordinalWords;

  protected set(change: Partial<RecurrenceDraft>): void {
    this.control().setValue({ ...this.control().value, ...change });
  }

  /** Whoever goes on by hand goes on with what was chosen. */
  protected choose(every: RecurrenceDraft['every']): void {
    this.set(every === 'rule' ? { every, rule: writeRule(this.control().value) } : { every });
  }

  protected toggle(day: Weekday): void {
    const { days } = this.control().value;
    this.set({ days: days.includes(day) ? days.filter((other) => other !== day) : [...days, day] });
  }

  protected whole(text: string, most: number): number {
    return Math.min(most, Math.max(1, Math.floor(Number(text)) || 1));
  }
}
