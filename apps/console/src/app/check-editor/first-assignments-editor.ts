import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { MatAutocompleteModule } from '@angular/material/autocomplete';
import { MatButton } from '@angular/material/button';
import { MatChipsModule } from '@angular/material/chips';
import { MatDialog } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { routes, type Environment, type Named } from '@checkstack/api';
import { Api } from '../api/api.js';
import { PlacesField } from '../assignments/places-field.js';
import { loaded } from '../loading/loaded.js';
import { ProblemMark } from '../schema-form/problem.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Session } from '../session/session.js';
import { openSystemDialog } from '../systems/open-system-dialog.js';
import { Icon } from '../ui/icon.js';
import type { FirstAssignments } from './first-assignments.js';

const offered = 30;

/** Which systems a new check watches, and from where. */
@Component({
  selector: 'cs-first-assignments',
  imports: [
    Icon,
    MatAutocompleteModule,
    MatButton,
    MatChipsModule,
    MatFormFieldModule,
    MatSelectModule,
    PlacesField,
    ProblemMark,
    SchemaForm,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './first-assignments-editor.html',
  styles: `
    :host {
      display: grid;
      gap: 16px;
    }

    .systems {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
    }

    .systems mat-form-field {
      flex: 1 1 260px;
    }

    .pair {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
      gap: 16px;
      align-items: start;
    }

    mat-chip-row {
      --mat-chip-container-height: 24px;
      --mat-chip-label-text-size: 0.8125rem;
      --mat-chip-container-shape-radius: 5px;
    }
  `,
})
export class FirstAssignmentsEditor {
  readonly #api = inject(Api);
  readonly #dialog = inject(MatDialog);
  readonly #session = inject(Session);

  readonly draft = input.required<FirstAssignments>();
  readonly environments = input<readonly Environment[]>([]);

  protected readonly typed = signal('');
  protected readonly found = loaded({
    params: () => ({ search: this.typed() }),
    load: async ({ search }, signal) => {
      const query = { limit: offered, ...(search ? { search } : {}) };
      return (await this.#api.call(routes.systems.list, { query, signal })).items;
    },
  });

  protected mayAddSystem(): boolean {
    return this.#session.may('catalog.system.manage');
  }

  protected offeredSystems(): readonly Named[] {
    const chosen = this.draft().systems();
    return (this.found.value() ?? []).filter((system) => !chosen.some(({ id }) => id === system.id));
  }

  protected add({ id, name }: Named, typing?: HTMLInputElement): void {
    this.draft().systems.update((systems) => [...systems, { id, name }]);
    if (typing) typing.value = '';
    this.typed.set('');
  }

  protected remove(system: Named): void {
    this.draft().systems.update((systems) => systems.filter(({ id }) => id !== system.id));
  }

  protected async create(): Promise<void> {
    const system = await openSystemDialog(this.#dialog);
    if (system) this.add(system);
  }
}
