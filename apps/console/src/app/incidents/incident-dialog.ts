import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { RouterLink } from '@angular/router';
import {
  incidentImpacts,
  incidentSeverities,
  incidentStatuses,
  routes,
  type Incident,
  type IncidentImpact,
  type Named,
} from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { IncidentSaving } from './incident-saving.js';
import { impactWords, severityWords, statusWords } from './incident-words.js';
import { NamedSearch } from '../loading/named-search.js';
import type { IncidentQuestion } from './open-incident-dialog.js';

const listed = 30;

/** The fields of an incident, for a new one filled in with what is known. */
@Component({
  selector: 'cs-incident-dialog',
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
    RouterLink,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './incident-dialog.html',
  styleUrl: './incident-dialog.scss',
})
export class IncidentDialog {
  readonly #api = inject(Api);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #opened = inject<MatDialogRef<IncidentDialog, Incident>>(MatDialogRef);
  readonly #question = inject<IncidentQuestion>(MAT_DIALOG_DATA);
  readonly #saving = inject(IncidentSaving);
  readonly #session = inject(Session);

  protected readonly incident = 'incident' in this.#question ? this.#question.incident : undefined;
  protected readonly draft = 'draft' in this.#question ? this.#question.draft : null;
  readonly #known = this.incident ?? this.draft;

  protected readonly statuses = incidentStatuses;
  protected readonly severities = incidentSeverities;
  protected readonly impacts = incidentImpacts;
  protected readonly statusWords = statusWords;
  protected readonly severityWords = severityWords;
  protected readonly impactWords = impactWords;

  protected readonly form = this.#builder.group({
    title: [this.#known?.title ?? '', [Validators.required, Validators.maxLength(200)]],
    description: [this.#known?.description ?? ''],
    severity: this.#builder.control(this.#known?.severity ?? 'minor'),
    status: this.#builder.control(this.incident?.status ?? 'investigating'),
    systems: this.#builder.array(
      (this.#known?.systems ?? []).map(({ system, impact }) => this.#system(system, impact)),
    ),
    suppressNotifications: [this.incident?.suppressNotifications ?? false],
    leadId: this.#builder.control<string | null>(this.incident?.lead?.id ?? null),
    responderIds: [this.incident?.responders.map(({ id }) => id) ?? []],
    links: this.#builder.array((this.incident?.links ?? []).map((link) => this.#link(link))),
  });
  readonly #systems = toSignal(this.form.controls.systems.valueChanges, {
    initialValue: this.form.controls.systems.getRawValue(),
  });
  protected readonly systemIds = computed(() => this.#systems().map(({ systemId }) => systemId ?? ''));
  protected readonly related = signal<readonly Named[]>(
    (this.incident?.related ?? []).map(({ id, title }) => ({ id, name: title })),
  );
  protected readonly relatedIds = computed(() => [
    ...this.related().map(({ id }) => id),
    ...(this.incident ? [this.incident.id] : []),
  ]);
  protected readonly users = loaded({
    load: async (_, signal) =>
      this.#session.may('access.user.read') ? this.#api.all(routes.users.list, { query: {}, signal }) : [],
  });
  /** Who may not see the users can still keep the ones that are named already. */
  protected readonly people = computed<readonly Named[]>(() => {
    const users = (this.users.value() ?? []).map(({ id, name }) => ({ id, name }));
    const { lead = null, responders = [] } = this.incident ?? {};
    const named = [...(lead ? [lead] : []), ...responders];
    return [...new Map([...named, ...users].map((person) => [person.id, person])).values()];
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);

  protected readonly findSystems = async (search: string, signal: AbortSignal): Promise<readonly Named[]> =>
    (await this.#api.call(routes.systems.list, { query: { limit: listed, search }, signal })).items;
  protected readonly findIncidents = async (search: string, signal: AbortSignal): Promise<readonly Named[]> => {
    const { items } = await this.#api.call(routes.incidents.list, { query: { limit: listed, search }, signal });
    return items.map(({ id, title }) => ({ id, name: title }));
  };

  protected addSystem(system: Named): void {
    this.form.controls.systems.push(this.#system(system, 'outage'));
  }

  protected addLink(): void {
    this.form.controls.links.push(this.#link({ label: '', url: '' }));
  }

  protected relate(other: Named): void {
    this.related.update((related) => [...related, other]);
  }

  protected unrelate(id: string): void {
    this.related.update((related) => related.filter((other) => other.id !== id));
  }

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid || this.isSaving()) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { systems, ...fields } = this.form.getRawValue();
    const body = {
      ...fields,
      systems: systems.map(({ systemId, impact }) => ({ systemId, impact })),
      relatedIds: this.related().map(({ id }) => id),
    };
    try {
      const saved = this.incident
        ? await this.#saving.save(this.incident, body, (id) => this.#nameOf(id))
        : await this.#api.call(routes.incidents.create, { body });
      if (saved) this.#opened.close(saved);
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
    } finally {
      this.isSaving.set(false);
    }
  }

  #nameOf(id: string): string {
    const named: readonly Named[] = [
      ...this.people(),
      ...this.related(),
      ...this.form.controls.systems.getRawValue().map(({ systemId, name }) => ({ id: systemId, name })),
    ];
    return named.find((each) => each.id === id)?.name ?? id;
  }

  #system({ id, name }: Named, impact: IncidentImpact) {
    return this.#builder.group({ systemId: [id], name: [name], impact: this.#builder.control(impact) });
  }

  #link({ label, url }: Incident['links'][number]) {
    return this.#builder.group({ label: [label, Validators.required], url: [url, Validators.required] });
  }
}
