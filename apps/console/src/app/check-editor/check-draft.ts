// A check while it is written.
import { computed, signal, type Signal } from '@angular/core';
import { FormControl } from '@angular/forms';
import type { Check, ProbeDescriptor, routes } from '@checkstack/api';
import type { z } from 'zod';
import { check, firstError, refuse } from '../schema-form/form-errors.js';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { makeForm } from '../schema-form/make-form.js';
import { CollectorDraft } from './collector-draft.js';
import { ScheduleDraft } from './schedule-draft.js';

export type CheckBody = z.input<typeof routes.checks.create.body>;

/** What a new check may start with, and a stored one has. */
type Given = Pick<Check, 'name' | 'config' | 'collectors' | 'schedule' | 'timeoutMs' | 'tags' | 'paused'>;

const nameSchema: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string', title: 'Name', minLength: 1, maxLength: 120, examples: ['Shop answers'] } },
  required: ['name'],
};
const timeoutSchema: JsonSchema = {
  type: 'object',
  properties: {
    timeoutMs: {
      type: 'integer',
      title: 'Time-out',
      description: 'A run that takes longer is unhealthy.',
      unit: 'ms',
      minimum: 100,
      maximum: 300_000,
    },
  },
  required: ['timeoutMs'],
};

export class CheckDraft {
  readonly name;
  readonly config;
  readonly collectors: readonly CollectorDraft[];
  readonly schedule: ScheduleDraft;
  readonly timeout;
  readonly tags;
  readonly paused;
  readonly value: Signal<CheckBody>;
  readonly used = computed(() => this.collectors.filter((collector) => collector.isUsed()));

  constructor(
    readonly probe: ProbeDescriptor,
    given: Partial<Given> = {},
  ) {
    this.name = makeForm(nameSchema, { name: given.name });
    this.config = makeForm(probe.configSchema, given.config);
    this.collectors = probe.collectors.map((collector, index) => {
      const use = given.collectors?.find((each) => each.collector === collector.name);
      return new CollectorDraft(collector, use, given.collectors ? use !== undefined : index === 0);
    });
    this.schedule = new ScheduleDraft(given.schedule);
    this.timeout = makeForm(timeoutSchema, { timeoutMs: given.timeoutMs ?? 30_000 });
    this.tags = new FormControl(given.tags ?? [], { nonNullable: true });
    const tags = signal(this.tags.value);
    this.tags.valueChanges.subscribe((value) => tags.set(value));
    this.paused = signal(given.paused ?? false);
    this.value = computed(() => ({
      ...(this.name.value() as { name: string }),
      ...(this.timeout.value() as { timeoutMs: number }),
      kind: probe.kind,
      config: this.config.value() as Record<string, unknown>,
      collectors: this.used().map((collector) => collector.value()),
      schedule: this.schedule.value(),
      tags: tags(),
      paused: this.paused(),
    }));
  }

  /** Shows what is wrong with all of it, or with what a test run needs; true when nothing is. */
  check(what: 'all' | 'run' = 'all'): boolean {
    const run = [check(this.config), check(this.timeout), ...this.used().map((collector) => collector.check())];
    this.schedule.refusal.set('');
    const rest = what === 'run' ? [] : [check(this.name), this.schedule.complaint() === '', this.used().length > 0];
    return [...run, ...rest].every(Boolean);
  }

  /** In the order of the page. */
  firstError(): { id: string } | undefined {
    return (
      firstError(this.name) ??
      firstError(this.config) ??
      this.used()
        .map((collector) => collector.firstError())
        .find(Boolean) ??
      (this.schedule.error() ? this.schedule : firstError(this.timeout))
    );
  }

  /** Puts the hub's sentences to their controls; returns those that have none. */
  refuse(fields: readonly { path: string; message: string }[]): string[] {
    return fields.flatMap(({ path, message }) => {
      const [area, rest] = split(path);
      switch (area) {
        case 'config':
          refuse(this.config, [{ path: rest, message }]);
          return [];
        case 'name':
          refuse(this.name, [{ path, message }]);
          return [];
        case 'timeoutMs':
          refuse(this.timeout, [{ path, message }]);
          return [];
        case 'tags':
          this.tags.setErrors({ told: message });
          this.tags.markAsTouched();
          return [];
        case 'schedule':
          this.schedule.refusal.set(message);
          return [];
        case 'collectors': {
          const [index, inner] = split(rest);
          if (this.used()[Number(index)]?.refuse(inner, message)) return [];
        }
      }
      return [path ? `${path}: ${message}` : message];
    });
  }
}

function split(path: string): [first: string, rest: string] {
  const [first = '', ...rest] = path.split('.');
  return [first, rest.join('.')];
}
