import { ChangeDetectionStrategy, Component, computed, effect, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { RouterLink } from '@angular/router';
import { routes, type Enrolment } from '@checkstack/api';
import { Api } from '../api/api.js';
import type { Editing } from '../ui/leave-guard.js';
import { LoadingView } from '../loading/loading.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { TagsField } from '../ui/tags-field.js';
import { EnrolmentView } from './enrolment-view.js';
import { loadedLocations, loadedSatellite } from './loaded-satellites.js';

/** Stands for a location that is made along. */
const another = 'another';

/** Enrols a satellite, shows how to start it, and waits until it is there. */
@Component({
  selector: 'cs-enrol-satellite',
  imports: [
    EnrolmentView,
    ErrorSentence,
    LoadingView,
    MatButton,
    MatFormFieldModule,
    MatInput,
    MatSelectModule,
    Notice,
    PageHeader,
    ReactiveFormsModule,
    RouterLink,
    TagsField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './enrol-satellite.html',
  styles: `
    .cs-card {
      max-width: 760px;
      padding: 20px;
    }

    form {
      max-width: 420px;
    }

    .arrival {
      display: grid;
      gap: 12px;
      margin-top: 20px;
    }

    .waiting {
      animation: breathe 1.6s ease-in-out infinite;
    }

    @keyframes breathe {
      50% {
        opacity: 0.55;
      }
    }
  `,
})
export class EnrolSatellite implements Editing {
  readonly #api = inject(Api);

  protected readonly another = another;
  protected readonly form = inject(NonNullableFormBuilder).group({
    name: ['', Validators.required],
    locationId: ['', Validators.required],
    locationName: [''],
    tags: [[] as string[]],
    offlineToleranceSeconds: [45, [Validators.required, Validators.min(15), Validators.max(3600)]],
  });
  readonly #locationId = toSignal(this.form.controls.locationId.valueChanges, { initialValue: '' });
  protected readonly namesLocation = computed(() => this.#locationId() === another);
  protected readonly locations = loadedLocations();
  protected readonly isSending = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected readonly enrolment = signal<Enrolment | undefined>(undefined);
  protected readonly satellite = loadedSatellite(() => this.enrolment()?.satellite.id);
  protected readonly isOnline = computed(() => this.satellite.value()?.status === 'online');

  readonly leaveQuestion = {
    title: 'Leave without the token?',
    text: 'It is not shown again. Without it the satellite cannot connect; a new one can be made on its page.',
  };

  constructor() {
    effect(() => {
      const locations = this.locations.value();
      const { locationId } = this.form.controls;
      if (locations && !locationId.value) locationId.setValue(locations[0]?.id ?? another);
    });
  }

  hasChanges(): boolean {
    return this.enrolment() !== undefined && !this.isOnline();
  }

  protected async enrol(): Promise<void> {
    const { locationId, locationName, ...fields } = this.form.getRawValue();
    if (this.namesLocation() && !locationName.trim()) this.form.controls.locationName.setErrors({ required: true });
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSending.set(true);
    this.trouble.set(undefined);
    try {
      const location = this.namesLocation() ? { name: locationName } : { id: locationId };
      this.enrolment.set(await this.#api.call(routes.satellites.enrol, { body: { ...fields, location } }));
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
    } finally {
      this.isSending.set(false);
    }
  }
}
