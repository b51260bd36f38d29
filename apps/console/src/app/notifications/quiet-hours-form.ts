import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
} from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { routes, type NotificationSettings, type QuietHours } from '@checkstack/api';
import { Api } from '../api/api.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { toMessage } from '../ui/message.js';
import { Toasts } from '../ui/toasts.js';
import { dayNames, quietWords } from './notification-words.js';

/** When messages wait: days and hours, by the clock of one's own time zone. */
@Component({
  selector: 'cs-quiet-hours',
  imports: [Icon, MatButton, MatCheckbox, MatIconButton, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (trouble(); as trouble) {
      <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
    }
    @for (span of draft().quietHours; track $index) {
      <div class="span" role="group" [attr.aria-label]="quietWords(span)">
        <div class="days">
          @for (day of dayNames; track day) {
            <button
              type="button"
              [attr.aria-pressed]="span.days.includes($index + 1)"
              [attr.aria-label]="day"
              (click)="toggleDay(span, $index + 1)"
            >
              {{ day.slice(0, 2) }}
            </button>
          }
        </div>
        <label
          >from <input #from type="time" required [value]="span.from" (change)="set(span, { from: from.value })"
        /></label>
        <label
          >until <input #until type="time" required [value]="span.until" (change)="set(span, { until: until.value })"
        /></label>
        <button matIconButton type="button" [attr.aria-label]="'Remove ' + quietWords(span)" (click)="remove(span)">
          <cs-icon name="trash" [size]="14" />
        </button>
      </div>
    } @empty {
      <p class="cs-soft">None: messages leave at any hour.</p>
    }
    <div class="row">
      <button matButton="outlined" type="button" (click)="add()"><cs-icon name="plus" />Add quiet hours</button>
    </div>
    @if (draft().quietHours.length > 0) {
      <div class="row">
        <label>
          Time zone
          <select #zone (change)="put({ timeZone: zone.value })">
            @for (name of zones; track name) {
              <option [value]="name" [selected]="name === draft().timeZone">{{ name }}</option>
            }
          </select>
        </label>
        <mat-checkbox [checked]="draft().criticalPasses" (change)="put({ criticalPasses: $event.checked })">
          What is critical does not wait
        </mat-checkbox>
      </div>
    }
    <div class="row">
      <button matButton="filled" type="button" [disabled]="!isChanged() || isSaving()" (click)="save()">Save</button>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      gap: 12px;
    }

    .span,
    .row {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px 14px;
    }

    label {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      font-size: 0.8125rem;
    }

    input,
    select {
      height: 34px;
      padding: 0 8px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text);
      color-scheme: inherit;
      font: inherit;
      font-size: 0.8125rem;
    }

    .days {
      display: inline-flex;
      gap: 3px;
    }

    .days button {
      width: 32px;
      height: 32px;
      border: 1px solid var(--cs-line-strong);
      border-radius: var(--cs-radius-small);
      background: var(--cs-surface);
      color: var(--cs-text-soft);
      font: inherit;
      font-size: 0.75rem;
      cursor: pointer;

      &[aria-pressed='true'] {
        border-color: var(--cs-accent);
        background: var(--cs-accent-soft);
        color: var(--cs-text);
        font-weight: 600;
      }
    }
  `,
})
export class QuietHoursForm {
  readonly #api = inject(Api);
  readonly #toasts = inject(Toasts);

  readonly settings = input.required<NotificationSettings>();
  readonly saved = output<NotificationSettings>();

  protected readonly dayNames = dayNames;
  protected readonly quietWords = quietWords;
  readonly #here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  protected readonly zones = [...new Set(['UTC', this.#here, ...Intl.supportedValuesOf('timeZone')])].toSorted();
  protected readonly draft = linkedSignal(() => {
    const { quietHours, timeZone, criticalPasses, version } = this.settings();
    // Nobody chose yet: where the browser is.
    return { quietHours, timeZone: version === 0 ? this.#here : timeZone, criticalPasses };
  });
  protected readonly isChanged = computed(() => {
    const { quietHours, timeZone, criticalPasses } = this.settings();
    const { draft } = this;
    return (
      JSON.stringify(draft().quietHours) !== JSON.stringify(quietHours) ||
      (quietHours.length > 0 && (draft().timeZone !== timeZone || draft().criticalPasses !== criticalPasses))
    );
  });
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected put(change: Partial<ReturnType<typeof this.draft>>): void {
    this.draft.update((draft) => ({ ...draft, ...change }));
  }

  protected add(): void {
    const night: QuietHours = { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', until: '07:00' };
    this.put({ quietHours: [...this.draft().quietHours, night] });
  }

  protected remove(span: QuietHours): void {
    this.put({ quietHours: this.draft().quietHours.filter((each) => each !== span) });
  }

  protected set(span: QuietHours, change: Partial<QuietHours>): void {
    this.put({ quietHours: this.draft().quietHours.map((each) => (each === span ? { ...each, ...change } : each)) });
  }

  protected toggleDay(span: QuietHours, day: number): void {
    const { days } = span;
    this.set(span, { days: days.includes(day) ? days.filter((each) => each !== day) : [...days, day].toSorted() });
  }

  protected async save(): Promise<void> {
    this.isSaving.set(true);
    this.trouble.set(undefined);
    try {
      const { version } = this.settings();
      this.saved.emit(await this.#api.call(routes.notifications.changeSettings, { body: this.draft(), version }));
      this.#toasts.done('Your quiet hours are saved.');
    } catch (error) {
      this.trouble.set(toMessage(error));
    } finally {
      this.isSaving.set(false);
    }
  }
}
