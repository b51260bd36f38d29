import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { routes, type Satellite } from '@checkstack/api';
import { Api } from '../api/api.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { TagsField } from '../ui/tags-field.js';
import { loadedLocations } from './loaded-satellites.js';

/** Name, place and tags of a satellite. Closes with the changed one. */
@Component({
  selector: 'cs-satellite-dialog',
  imports: [
    ErrorSentence,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    Notice,
    ReactiveFormsModule,
    TagsField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>Edit satellite</h2>
    <form [formGroup]="form" (ngSubmit)="save()">
      <mat-dialog-content>
        <div class="cs-form">
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field>
            <mat-label>Name</mat-label>
            <input matInput formControlName="name" autocomplete="off" />
            <mat-error><cs-error-sentence [of]="form.controls.name" /></mat-error>
          </mat-form-field>
          <mat-form-field>
            <mat-label>Location</mat-label>
            <mat-select formControlName="locationId">
              @for (location of locations.value() ?? [satellite.location]; track location.id) {
                <mat-option [value]="location.id">{{ location.name }}</mat-option>
              }
            </mat-select>
            <mat-hint>Moving it hands its checks to the others of the location.</mat-hint>
          </mat-form-field>
          <cs-tags-field [control]="form.controls.tags" />
          <mat-form-field>
            <mat-label>Offline after</mat-label>
            <input matInput type="number" min="15" max="3600" formControlName="offlineToleranceSeconds" />
            <span matTextSuffix class="cs-faint">&nbsp;seconds</span>
            <mat-hint>Of silence.</mat-hint>
            <mat-error>Between 15 and 3600 seconds.</mat-error>
          </mat-form-field>
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving()">Save</button>
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
  `,
})
export class SatelliteDialog {
  readonly #api = inject(Api);
  readonly #opened = inject<MatDialogRef<SatelliteDialog, Satellite>>(MatDialogRef);

  protected readonly satellite = inject<Satellite>(MAT_DIALOG_DATA);
  protected readonly locations = loadedLocations();
  protected readonly form = inject(NonNullableFormBuilder).group({
    name: [this.satellite.name, Validators.required],
    locationId: [this.satellite.location.id],
    tags: [this.satellite.tags],
    offlineToleranceSeconds: [
      this.satellite.offlineToleranceSeconds,
      [Validators.required, Validators.min(15), Validators.max(3600)],
    ],
  });
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { id, version } = this.satellite;
    const body = this.form.getRawValue();
    try {
      this.#opened.close(await this.#api.call(routes.satellites.update, { params: { id }, body, version }));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }
}
