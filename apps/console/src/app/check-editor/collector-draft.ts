import { computed, signal, type Signal } from '@angular/core';
import type { CollectorUse, ProbeDescriptor } from '@checkstack/api';
import { check, firstError, refuse } from '../schema-form/form-errors.js';
import { makeForm } from '../schema-form/make-form.js';
import { AssertionDraft, type ComparisonDraft } from './assertion-draft.js';

type CollectorDescriptor = ProbeDescriptor['collectors'][number];

/** One of a probe's readings in a check: in use or not, its options, and what must hold. */
export class CollectorDraft {
  readonly isUsed: ReturnType<typeof signal<boolean>>;
  readonly options;
  readonly assertions;
  readonly value: Signal<CollectorUse>;

  constructor(
    readonly descriptor: CollectorDescriptor,
    given: CollectorUse | undefined,
    isUsed: boolean,
  ) {
    const { configSchema, defaultAssertions, facts } = descriptor;
    this.isUsed = signal(isUsed);
    this.options = configSchema ? makeForm(configSchema, given?.config) : undefined;
    this.assertions = signal<readonly AssertionDraft[]>(
      (given?.assertions ?? defaultAssertions).map((assertion) => new AssertionDraft(facts, assertion)),
    );
    this.value = computed(() => ({
      collector: descriptor.name,
      config: (this.options?.value() ?? {}) as Record<string, unknown>,
      assertions: this.assertions().map((assertion) => assertion.value()),
    }));
  }

  add(assertion = new AssertionDraft(this.descriptor.facts)): AssertionDraft {
    this.assertions.update((all) => [...all, assertion]);
    return assertion;
  }

  remove(assertion: AssertionDraft): void {
    this.assertions.update((all) => all.filter((each) => each !== assertion));
  }

  /** Shows what is wrong; true when nothing is. */
  check(): boolean {
    for (const comparison of this.#comparisons()) {
      comparison.touched.set(true);
      comparison.refusal.set('');
    }
    const areOptionsRight = !this.options || check(this.options);
    return areOptionsRight && this.#comparisons().every((comparison) => comparison.complaint() === '');
  }

  firstError(): { id: string } | undefined {
    const option = this.options && firstError(this.options);
    return option ?? this.#comparisons().find((comparison) => comparison.error() !== '');
  }

  /** `path` as the hub names it below the collector. True when there was a place to show it. */
  refuse(path: string, message: string): boolean {
    const [, area, rest = ''] = /^(config|assertions)\.?(.*)$/.exec(path) ?? [];
    if (area === 'config' && this.options) {
      refuse(this.options, [{ path: rest, message }]);
      return true;
    }
    const [, index, inner = ''] = /^(\d+)\.?(.*)$/.exec(rest) ?? [];
    const assertion = area === 'assertions' ? this.assertions()[Number(index)] : undefined;
    assertion?.refuse(inner, message);
    return assertion !== undefined;
  }

  #comparisons(): readonly ComparisonDraft[] {
    return this.assertions().flatMap((assertion) => assertion.comparisons());
  }
}
