// Where a new check runs, while it is written: one assignment for each chosen system, all alike.
import { computed, signal } from '@angular/core';
import type { Named, routes } from '@checkstack/api';
import type { z } from 'zod';
import { PlacesDraft } from '../assignments/places-draft.js';
import { check, firstError } from '../schema-form/form-errors.js';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { makeForm } from '../schema-form/make-form.js';

export type AssignmentBody = z.input<typeof routes.assignments.create.body>;

const runsInARow = (title: string, fallback: number): JsonSchema => ({
  type: 'integer',
  title,
  default: fallback,
  minimum: 1,
  maximum: 100,
});

const settingsSchema: JsonSchema = {
  type: 'object',
  properties: {
    thresholds: {
      type: 'object',
      title: 'Runs in a row that change the state',
      default: {},
      properties: {
        healthy: runsInARow('To healthy', 1),
        degraded: runsInARow('To degraded', 2),
        unhealthy: runsInARow('To unhealthy', 5),
      },
    },
    retentionDays: {
      type: 'integer',
      title: 'Runs are kept',
      unit: 'days',
      default: 7,
      minimum: 1,
      maximum: 30,
    },
  },
};

export class FirstAssignments {
  readonly systems = signal<readonly Named[]>([]);
  readonly places = new PlacesDraft();
  readonly mode = signal<'all' | 'none' | 'chosen'>('all');
  readonly environmentIds = signal<readonly string[]>([]);
  readonly settings = makeForm(settingsSchema, undefined);
  readonly touched = signal(false);

  readonly placeComplaint = computed(() => (this.systems().length > 0 ? this.places.complaint() : ''));
  readonly environmentComplaint = computed(() =>
    this.mode() === 'chosen' && this.environmentIds().length === 0 ? 'Choose at least one environment.' : '',
  );

  check(): boolean {
    this.touched.set(true);
    this.places.touched.set(true);
    return check(this.settings) && this.placeComplaint() === '' && this.environmentComplaint() === '';
  }

  firstError(): { id: string } | undefined {
    if (this.placeComplaint()) return { id: 'locations' };
    return this.environmentComplaint() ? { id: 'environments' } : firstError(this.settings);
  }

  bodies(checkId: string): AssignmentBody[] {
    const mode = this.mode();
    return this.systems().map((system) => ({
      ...(this.settings.value() as Pick<AssignmentBody, 'thresholds' | 'retentionDays'>),
      checkId,
      systemId: system.id,
      ...this.places.value(),
      environments: mode === 'chosen' ? { mode, ids: [...this.environmentIds()] } : { mode },
    }));
  }
}
