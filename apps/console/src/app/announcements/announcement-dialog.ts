import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { announcementSeverities, routes, type Announcement, type AnnouncementSeverity } from '@checkstack/api';
import { Api } from '../api/api.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { localInput } from '../ui/time-range.js';
import { AnnouncementCard } from './announcement-card.js';

export const severityWords: Record<AnnouncementSeverity, string> = {
  info: 'Information',
  warning: 'Warning',
  critical: 'Critical',
};

/** What is announced, to whom, where and how long; shown as it will look. */
@Component({
  selector: 'cs-announcement-dialog',
  imports: [
    AnnouncementCard,
    ErrorSentence,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    Notice,
    ReactiveFormsModule,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ announcement ? 'Edit announcement' : 'Announce something' }}</h2>
    <form [formGroup]="form" (ngSubmit)="save()" (keydown.control.enter)="save()" (keydown.meta.enter)="save()">
      <mat-dialog-content>
        <div class="cs-form">
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field subscriptSizing="dynamic">
            <mat-label>Message</mat-label>
            <textarea matInput rows="4" formControlName="message" maxlength="4000" cdkFocusInitial></textarea>
            <mat-hint>Markdown.</mat-hint>
            <mat-error><cs-error-sentence [of]="form.controls.message" /></mat-error>
          </mat-form-field>
          @if (given().message?.trim()) {
            <div role="group" aria-label="As it will look">
              <cs-announcement [message]="given().message ?? ''" [severity]="given().severity ?? 'info'" />
            </div>
          }
          <div class="pair">
            <mat-form-field subscriptSizing="dynamic">
              <mat-label>Severity</mat-label>
              <mat-select formControlName="severity">
                @for (severity of severities; track severity) {
                  <mat-option [value]="severity">{{ severityWords[severity] }}</mat-option>
                }
              </mat-select>
            </mat-form-field>
            <mat-form-field subscriptSizing="dynamic">
              <mat-label>Shown to</mat-label>
              <mat-select formControlName="audience">
                <mat-option value="signed-in">Who is signed in</mat-option>
                <mat-option value="public">Everyone, also before signing in</mat-option>
              </mat-select>
            </mat-form-field>
            <mat-form-field subscriptSizing="dynamic">
              <mat-label>Where</mat-label>
              <mat-select formControlName="place">
                <mat-option value="banner">Above every page</mat-option>
                <mat-option value="dashboard">On the dashboard</mat-option>
              </mat-select>
            </mat-form-field>
          </div>
          <div class="pair">
            <mat-form-field>
              <mat-label>From</mat-label>
              <input matInput type="datetime-local" formControlName="from" />
              <mat-hint>Empty: at once.</mat-hint>
              <mat-error><cs-error-sentence [of]="form.controls.from" /></mat-error>
            </mat-form-field>
            <mat-form-field>
              <mat-label>Until</mat-label>
              <input matInput type="datetime-local" formControlName="until" />
              <mat-hint>Empty: until it is deleted.</mat-hint>
              <mat-error><cs-error-sentence [of]="form.controls.until" /></mat-error>
            </mat-form-field>
          </div>
          <mat-checkbox formControlName="dismissible">Everybody may put it away for themselves</mat-checkbox>
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">
          {{ announcement ? 'Save' : 'Announce' }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    form {
      display: contents;
    }

    .cs-form {
      padding-top: 6px;
    }

    // Browsers draw them taller than a line.
    input[type='datetime-local'] {
      min-height: 24px;
    }

    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(180px, 100%), 1fr));
      gap: 14px;
    }
  `,
})
export class AnnouncementDialog {
  readonly #api = inject(Api);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #opened = inject<MatDialogRef<AnnouncementDialog, Announcement>>(MatDialogRef);
  protected readonly announcement = inject<{ announcement?: Announcement }>(MAT_DIALOG_DATA).announcement;

  protected readonly severities = announcementSeverities;
  protected readonly severityWords = severityWords;
  protected readonly form = this.#builder.group({
    message: [this.announcement?.message ?? '', Validators.required],
    severity: this.#builder.control<AnnouncementSeverity>(this.announcement?.severity ?? 'info'),
    audience: this.#builder.control<Announcement['audience']>(this.announcement?.audience ?? 'signed-in'),
    place: this.#builder.control<Announcement['place']>(this.announcement?.place ?? 'banner'),
    from: [inputOf(this.announcement?.from)],
    until: [inputOf(this.announcement?.until)],
    dismissible: [this.announcement?.dismissible ?? true],
  });
  protected readonly given = toSignal(this.form.valueChanges, { initialValue: this.form.value });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid || this.isSaving()) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { from, until, ...fields } = this.form.getRawValue();
    const body = {
      ...fields,
      from: this.#instant(from, this.announcement?.from),
      until: this.#instant(until, this.announcement?.until),
    };
    try {
      this.#opened.close(await this.#send(body));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #send(body: AnnouncementBody): Promise<Announcement> {
    if (!this.announcement) return this.#api.call(routes.announcements.create, { body });
    const { id, version } = this.announcement;
    return this.#api.call(routes.announcements.update, { params: { id }, body, version });
  }

  /** One that was not touched keeps its seconds. */
  #instant(input: string, known: string | null | undefined): string | null {
    if (input === '') return null;
    return known && inputOf(known) === input ? known : new Date(input).toISOString();
  }
}

type AnnouncementBody = Pick<Announcement, 'message' | 'severity' | 'audience' | 'place' | 'dismissible'> & {
  from: string | null;
  until: string | null;
};

function inputOf(instant: string | null | undefined): string {
  return instant ? localInput(Date.parse(instant)) : '';
}
