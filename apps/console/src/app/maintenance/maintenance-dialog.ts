import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { instantOf, isTimeZone, routes, type Maintenance, type MaintenanceSeries, type Named } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { NamedSearch } from '../loading/named-search.js';
import { Notice } from '../ui/notice.js';
import { hereZone, reminderChoices, reminderWords, wallInput } from './maintenance-words.js';
import type { MaintenanceQuestion } from './open-maintenance-dialog.js';
import { freshDraft, readRule, writeRule, type RecurrenceDraft } from './recurrence-draft.js';
import { RecurrenceFields } from './recurrence-fields.js';
import { RecurrencePreview } from './recurrence-preview.js';

const listed = 30;
const hourMs = 3_600_000;

/** When something is worked on, once or again and again, and what that means for its systems. */
@Component({
  selector: 'cs-maintenance-dialog',
  imports: [
    ErrorSentence,
    Icon,
    MatButton,
    MatCheckbox,
    MatDialogModule,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    MatSelectModule,
    NamedSearch,
    Notice,
    ReactiveFormsModule,
    RecurrenceFields,
    RecurrencePreview,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './maintenance-dialog.html',
  styleUrl: './maintenance-dialog.scss',
})
export class MaintenanceDialog {
  readonly #api = inject(Api);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #opened = inject<MatDialogRef<MaintenanceDialog, Maintenance | MaintenanceSeries>>(MatDialogRef);
  readonly #question = inject<MaintenanceQuestion>(MAT_DIALOG_DATA);

  protected readonly maintenance = 'maintenance' in this.#question ? this.#question.maintenance : undefined;
  protected readonly series = 'series' in this.#question ? this.#question.series : undefined;
  readonly #known = this.maintenance ?? this.series;
  readonly #zone = this.series?.timeZone ?? hereZone;
  readonly #nextHour = Math.ceil(Date.now() / hourMs) * hourMs;

  // UTC is none of those that are supported, for whatever reason.
  protected readonly zones = [...new Set([this.#zone, hereZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  protected readonly reminders = reminderChoices.concat(
    this.#known?.reminderMinutes.filter((minutes) => !reminderChoices.includes(minutes)) ?? [],
  );
  protected readonly reminderWords = reminderWords;

  protected readonly form = this.#builder.group({
    title: [this.#known?.title ?? '', [Validators.required, Validators.maxLength(200)]],
    description: [this.#known?.description ?? ''],
    from: [wallInput(this.#known?.from ?? new Date(this.#nextHour).toISOString(), this.#zone), Validators.required],
    to: [
      wallInput(this.#known?.to ?? new Date(this.#nextHour + hourMs).toISOString(), this.#zone),
      Validators.required,
    ],
    recurs: [this.series !== undefined],
    timeZone: [this.#zone, Validators.required],
    rule: this.#builder.control<RecurrenceDraft>(this.series ? readRule(this.series.rule) : freshDraft),
    groupIds: [this.#known?.groups.map(({ id }) => id) ?? []],
    suppressNotifications: [this.#known?.suppressNotifications ?? true],
    excludeFromAvailability: [this.#known?.excludeFromAvailability ?? true],
    reminderMinutes: [this.#known?.reminderMinutes ?? []],
  });
  readonly #given = toSignal(this.form.valueChanges, { initialValue: this.form.getRawValue() });
  protected readonly recurs = computed(() => this.#given().recurs === true);
  protected readonly systems = signal<readonly Named[]>(
    this.#known?.systems ?? ('systems' in this.#question ? (this.#question.systems ?? []) : []),
  );
  protected readonly systemIds = computed(() => this.systems().map(({ id }) => id));
  protected readonly groups = loaded({
    load: async (_, signal) => (await this.#api.call(routes.groups.list, { signal })).items,
  });
  /** What is asked of the hub to say when it would be. */
  protected readonly recurrence = computed(() => {
    const { recurs, timeZone = '', rule = freshDraft } = this.#given();
    const times = this.#times();
    return recurs && times && isTimeZone(timeZone) ? { ...times, timeZone, rule: writeRule(rule) } : undefined;
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);
  protected readonly heading = this.series
    ? 'Edit recurring maintenance'
    : this.maintenance
      ? 'Edit maintenance'
      : 'Plan a maintenance';

  protected readonly findSystems = async (search: string, signal: AbortSignal): Promise<readonly Named[]> =>
    (await this.#api.call(routes.systems.list, { query: { limit: listed, search }, signal })).items;

  constructor() {
    const { status } = this.maintenance ?? {};
    if (status === 'in-progress') this.form.controls.from.disable();
    if (status !== 'completed' && status !== 'cancelled') return;
    const { from, to, groupIds, suppressNotifications, reminderMinutes } = this.form.controls;
    for (const control of [from, to, groupIds, suppressNotifications, reminderMinutes]) control.disable();
  }

  protected readonly isOver = this.maintenance?.status === 'completed' || this.maintenance?.status === 'cancelled';

  protected addSystem(system: Named): void {
    this.systems.update((systems) => [...systems, system]);
  }

  protected removeSystem(id: string): void {
    this.systems.update((systems) => systems.filter((system) => system.id !== id));
  }

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    const times = this.#times();
    if (this.form.invalid || this.isSaving() || !times) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { recurs, timeZone, rule, ...fields } = this.form.getRawValue();
    const body = { ...fields, ...times, systemIds: this.systemIds() };
    try {
      this.#opened.close(
        recurs
          ? await this.#saveSeries({ ...body, timeZone, rule: writeRule(rule) })
          : await this.#saveMaintenance(body),
      );
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #saveMaintenance(body: MaintenanceBody): Promise<Maintenance> {
    if (!this.maintenance) return this.#api.call(routes.maintenances.create, { body });
    const { id, version } = this.maintenance;
    return this.#api.call(routes.maintenances.update, { params: { id }, body, version });
  }

  #saveSeries(body: SeriesBody): Promise<MaintenanceSeries> {
    if (!this.series) return this.#api.call(routes.maintenanceSeries.create, { body });
    const { id, version } = this.series;
    return this.#api.call(routes.maintenanceSeries.update, { params: { id }, body, version });
  }

  /** What the two fields mean in the time zone. One that was not touched keeps its seconds. */
  #times(): { from: string; to: string } | undefined {
    const { recurs, timeZone } = this.form.getRawValue();
    const zone = recurs ? timeZone : hereZone;
    if (!isTimeZone(zone)) return undefined;
    const instant = (field: 'from' | 'to'): string | undefined => {
      const known = this.#known?.[field];
      const wall = this.form.controls[field].value;
      if (known !== undefined && wallInput(known, zone) === wall) return known;
      const ms = Date.parse(`${wall}Z`);
      return Number.isNaN(ms) ? undefined : new Date(instantOf(ms, zone)).toISOString();
    };
    const [from, to] = [instant('from'), instant('to')];
    return from !== undefined && to !== undefined ? { from, to } : undefined;
  }
}

interface MaintenanceBody {
  title: string;
  description: string;
  from: string;
  to: string;
  systemIds: string[];
  groupIds: string[];
  suppressNotifications: boolean;
  excludeFromAvailability: boolean;
  reminderMinutes: number[];
}
type SeriesBody = MaintenanceBody & { rule: string; timeZone: string };
