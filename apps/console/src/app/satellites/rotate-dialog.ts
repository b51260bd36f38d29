import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { routes, type Enrolment, type Satellite } from '@checkstack/api';
import { Api } from '../api/api.js';
import { toMessage } from '../ui/message.js';
import { Notice } from '../ui/notice.js';
import { EnrolmentView } from './enrolment-view.js';

/** A new token for a satellite; the old one works on for a while. */
@Component({
  selector: 'cs-rotate-dialog',
  imports: [EnrolmentView, MatButton, MatDialogModule, MatFormFieldModule, MatSelectModule, Notice],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>New token for {{ satellite.name }}</h2>
    <mat-dialog-content>
      @if (enrolment(); as enrolment) {
        <cs-enrolment [enrolment]="enrolment" />
      } @else {
        <div class="ask">
          <p>Start the satellite with the new token before the old one ends. Until then both work.</p>
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field>
            <mat-label>The old token ends</mat-label>
            <mat-select [value]="overlapMinutes()" (valueChange)="overlapMinutes.set($event)">
              <mat-option [value]="0">At once</mat-option>
              <mat-option [value]="60">In an hour</mat-option>
              <mat-option [value]="1440">In a day</mat-option>
              <mat-option [value]="10080">In a week</mat-option>
            </mat-select>
          </mat-form-field>
        </div>
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      @if (enrolment()) {
        <button matButton="filled" type="button" matDialogClose>I have copied it</button>
      } @else {
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="button" [disabled]="isSending()" (click)="rotate()">Make a new token</button>
      }
    </mat-dialog-actions>
  `,
  styles: `
    .ask {
      display: grid;
      gap: 14px;
    }
  `,
})
export class RotateDialog {
  readonly #api = inject(Api);
  readonly #opened = inject(MatDialogRef);

  protected readonly satellite = inject<Satellite>(MAT_DIALOG_DATA);
  protected readonly overlapMinutes = signal(60);
  protected readonly enrolment = signal<Enrolment | undefined>(undefined);
  protected readonly isSending = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async rotate(): Promise<void> {
    this.isSending.set(true);
    this.trouble.set(undefined);
    try {
      const params = { id: this.satellite.id };
      const body = { overlapMinutes: this.overlapMinutes() };
      this.enrolment.set(await this.#api.call(routes.satellites.rotate, { params, body }));
      // A stray click or Escape must not lose what is shown only once.
      this.#opened.disableClose = true;
    } catch (error) {
      this.trouble.set(toMessage(error));
    } finally {
      this.isSending.set(false);
    }
  }
}
