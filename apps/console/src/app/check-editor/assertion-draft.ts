// An assertion while it is written: a comparison, or a group of them.
import { computed, linkedSignal, signal, type Signal } from '@angular/core';
import {
  operators,
  operatorWords,
  sentenceOf,
  type Assertion,
  type Comparison,
  type Operand,
  type Operator,
  type ProbeDescriptor,
  type Severity,
} from '@checkstack/api';

export type FactDescriptor = ProbeDescriptor['collectors'][number]['facts'][number];
export type Gathering = 'one' | 'all' | 'any';

/** The fact that a name stands for; `member` is what follows the name of a family. */
export function findFact(
  facts: readonly FactDescriptor[],
  name: string,
): { fact: FactDescriptor; member: string } | undefined {
  const exact = facts.find((fact) => fact.name === name);
  if (exact) return { fact: exact, member: '' };
  const family = facts.find((fact) => fact.family && name.startsWith(`${fact.name}.`));
  return family && { fact: family, member: name.slice(family.name.length + 1) };
}

/** With a path, the type is only known when a run has read the document. */
export function operatorsOf(fact: FactDescriptor | undefined, hasPath: boolean): readonly Operator[] {
  if (!fact) return [];
  return hasPath ? [...new Set(Object.values(operators).flat())] : [...operators[fact.type], ...operators.any];
}

let made = 0;

export class ComparisonDraft {
  /** Of its controls in the document. */
  readonly id = `comparison-${++made}`;
  readonly factName = signal('');
  readonly member = signal('');
  /** undefined: the fact itself is compared. */
  readonly path = signal<string | undefined>(undefined);
  readonly value = signal('');
  readonly upTo = signal('');

  readonly fact = computed(() => this.facts.find((fact) => fact.name === this.factName()));
  readonly operators = computed(() => operatorsOf(this.fact(), this.path() !== undefined));
  /** Stays where the next fact knows it too. */
  readonly operator = linkedSignal<readonly Operator[], Operator>({
    source: this.operators,
    computation: (known, before) => {
      const chosen = before?.value;
      return chosen && known.includes(chosen) ? chosen : (known[0] ?? 'exists');
    },
  });
  readonly operand: Signal<Operand> = computed(() => operatorWords[this.operator()].operand);
  /** Typed as a number, by the operator or by the fact. */
  readonly isNumeric = computed(() => {
    const operand = this.operand();
    if (operand === 'scalar') return this.path() === undefined && this.fact()?.type === 'number';
    return operand === 'number' || operand === 'range' || operand === 'count';
  });
  readonly unit = computed(() =>
    this.path() === undefined && this.operand() !== 'count' ? (this.fact()?.unit ?? '') : '',
  );

  /** What the hub said; gone with the next change. */
  readonly refusal = linkedSignal({ source: () => this.comparison(), computation: () => '' });
  readonly touched = signal(false);

  readonly comparison: Signal<Comparison> = computed(() => {
    const path = this.path();
    const operand = this.operand();
    const read = (text: string) => (this.isNumeric() && text.trim() !== '' ? Number(text) : text);
    return {
      fact: this.fact()?.family ? `${this.factName()}.${this.member().trim()}` : this.factName(),
      ...(path === undefined ? {} : { path }),
      operator: this.operator(),
      ...(operand === 'none' ? {} : { value: this.#asGiven(read(this.value())) }),
      ...(operand === 'range' && this.upTo().trim() !== '' ? { upTo: Number(this.upTo()) } : {}),
    };
  });

  readonly complaint = computed(() => {
    if (!this.fact()) return 'Choose what to compare.';
    if (this.fact()?.family && this.member().trim() === '') return `Say which ${this.fact()?.label.toLowerCase()}.`;
    if (this.path() === '') return 'Write a JSONPath, such as $.status.';
    const operand = this.operand();
    if (operand === 'none') return '';
    const texts = operand === 'range' ? [this.value(), this.upTo()] : [this.value()];
    if (this.isNumeric()) {
      if (texts.some((text) => text.trim() === '' || !Number.isFinite(Number(text)))) return 'Write a number.';
      const [from = 0, to = from] = texts.map(Number);
      if (operand === 'count' && (!Number.isInteger(from) || from < 0)) return 'Write a whole number, 0 or more.';
      if (to < from) return 'The upper bound is below the lower one.';
    }
    return operand !== 'scalar' && this.value() === '' ? 'Write what to compare with.' : '';
  });
  readonly error = computed(() => this.refusal() || (this.touched() ? this.complaint() : ''));

  readonly sentence = computed(() => {
    const fact = this.fact();
    return fact && this.complaint() === '' ? sentenceOf(this.comparison(), fact, this.member().trim()) : '';
  });

  readonly #given: Comparison | undefined;

  constructor(
    readonly facts: readonly FactDescriptor[],
    given?: Comparison,
  ) {
    this.#given = given;
    if (!given) return;
    const found = findFact(facts, given.fact);
    this.factName.set(found?.fact.name ?? given.fact);
    this.member.set(found?.member ?? '');
    this.path.set(given.path);
    this.operator.set(given.operator);
    this.value.set(given.value === undefined ? '' : String(given.value));
    this.upTo.set(given.upTo === undefined ? '' : String(given.upTo));
  }

  /** A stored number or flag that was not touched stays one, though a text that reads the same means the same. */
  #asGiven(value: string | number): string | number | boolean {
    const before = this.#given?.value;
    return before !== undefined && String(before) === value ? before : value;
  }
}

export class AssertionDraft {
  readonly gathering = signal<Gathering>('one');
  readonly comparisons = signal<readonly ComparisonDraft[]>([]);
  readonly severity = signal<Severity>('unhealthy');

  readonly value: Signal<Assertion> = computed(() => {
    const comparisons = this.comparisons().map((each) => each.comparison());
    const severity = this.severity();
    const [first] = comparisons;
    switch (this.gathering()) {
      case 'one':
        return { ...(first ?? { fact: '', operator: 'exists' }), severity };
      case 'all':
        return { all: comparisons, severity };
      case 'any':
        return { any: comparisons, severity };
    }
  });
  readonly sentence = computed(() => {
    const sentences = this.comparisons().map((each) => each.sentence());
    return sentences.includes('') ? '' : sentences.join(this.gathering() === 'any' ? ' or ' : ' and ');
  });
  readonly isComplete = computed(() => this.comparisons().every((each) => each.complaint() === ''));

  constructor(
    readonly facts: readonly FactDescriptor[],
    given?: Assertion,
  ) {
    if (!given) {
      this.comparisons.set([new ComparisonDraft(facts)]);
      return;
    }
    this.severity.set(given.severity);
    this.gathering.set('all' in given ? 'all' : 'any' in given ? 'any' : 'one');
    const comparisons = 'all' in given ? given.all : 'any' in given ? given.any : [withoutSeverity(given)];
    this.comparisons.set(comparisons.map((comparison) => new ComparisonDraft(facts, comparison)));
  }

  /** Another comparison; the first one makes a group of it. */
  add(): ComparisonDraft {
    const added = new ComparisonDraft(this.facts);
    this.comparisons.update((all) => [...all, added]);
    if (this.gathering() === 'one') this.gathering.set('all');
    return added;
  }

  /** With one comparison left, the group is none any more. */
  remove(index: number): void {
    this.comparisons.update((all) => all.filter((_, at) => at !== index));
    if (this.comparisons().length === 1) this.gathering.set('one');
  }

  /** `path` as the hub names it below the assertion: `value`, `all.1.path`. */
  refuse(path: string, message: string): void {
    const index = Number(/^(?:all|any)\.(\d+)/.exec(path)?.[1] ?? 0);
    this.comparisons()[index]?.refusal.set(message);
  }
}

function withoutSeverity({ severity: _, ...comparison }: Comparison & { severity: Severity }): Comparison {
  return comparison;
}

/** What one would most likely want to hold, from what a run has just read. */
export function assertionFrom(
  facts: readonly FactDescriptor[],
  name: string,
  value: number | string | boolean,
): AssertionDraft | undefined {
  const fact = findFact(facts, name)?.fact;
  if (!fact) return undefined;
  const comparison = ((): Comparison => {
    if (typeof value === 'boolean') return { fact: name, operator: value ? 'is_true' : 'is_false' };
    if (typeof value !== 'number' || !fact.unit) return { fact: name, operator: 'equals', value };
    const isSpan = ['days', 'hours'].includes(fact.unit);
    return isSpan
      ? { fact: name, operator: 'at_least', value: Math.floor(roundedUp(value / 4)) }
      : { fact: name, operator: 'at_most', value: roundedUp(value * 2) };
  })();
  return new AssertionDraft(facts, { ...comparison, severity: 'unhealthy' });
}

/** 1, 2 or 5 followed by noughts: the next one that is not smaller. */
function roundedUp(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return Number((step * power).toPrecision(6));
}
