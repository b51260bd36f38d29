import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  Injector,
  input,
  signal,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import { Router, RouterLink } from '@angular/router';
import { routes, type Check } from '@checkstack/api';
import { Api } from '../api/api.js';
import { toApiProblem, type ApiProblem } from '../api/api-problem.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { focusField } from '../schema-form/focus.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Session } from '../session/session.js';
import { Notice } from '../ui/notice.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { TagsField } from '../ui/tags-field.js';
import { Toasts } from '../ui/toasts.js';
import { assertionFrom } from './assertion-draft.js';
import { AssignedSystems } from './assigned-systems.js';
import { AssertionList } from './assertion-list.js';
import { CheckDraft } from './check-draft.js';
import { FirstAssignments } from './first-assignments.js';
import { FirstAssignmentsEditor } from './first-assignments-editor.js';
import { KindChoice } from './kind-choice.js';
import type { Editing } from '../ui/leave-guard.js';
import { ScheduleEditor } from './schedule-editor.js';
import { templateNames } from './template-names.js';
import { TestPanel, type TestBody } from './test-panel.js';
import type { ClickedFact } from './test-report.js';

/** Writes a check: what is asked of whom, what must hold, when, and where from. */
@Component({
  selector: 'cs-check-editor',
  imports: [
    AssertionList,
    AssignedSystems,
    FirstAssignmentsEditor,
    KindChoice,
    LoadingView,
    MatButton,
    MatCheckbox,
    Notice,
    PageHeader,
    RouterLink,
    ScheduleEditor,
    SchemaForm,
    TagsField,
    TestPanel,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    '(document:keydown.control.s)': 'saveByKey($event)',
    '(document:keydown.meta.s)': 'saveByKey($event)',
    '(document:keydown.control.enter)': 'saveByKey($event)',
    '(document:keydown.meta.enter)': 'saveByKey($event)',
    '(window:beforeunload)': 'warn($event)',
  },
  templateUrl: './check-editor.html',
  styleUrl: './check-editor.scss',
})
export class CheckEditor implements Editing {
  readonly #api = inject(Api);
  readonly #injector = inject(Injector);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  readonly #query = injectQuery();

  /** Of the edited check; a new one has none. */
  readonly id = input<string>();
  /** From the address: the kind of a new check, and the system it is for. */
  readonly kind = input<string>();
  readonly systemId = input<string>();

  protected readonly probes = loaded({
    load: async (_, signal) => (await this.#api.call(routes.probes.list, { signal })).items,
  });
  protected readonly stored = loaded({
    params: () => this.id(),
    load: (id, signal) => this.#api.call(routes.checks.read, { params: { id }, signal }),
  });
  protected readonly assignments = loaded({
    params: () => this.id(),
    load: (checkId, signal) => this.#api.all(routes.assignments.list, { query: { checkId }, signal }),
  });
  protected readonly system = loaded({
    params: () => this.systemId(),
    load: (id, signal) => this.#api.call(routes.systems.read, { params: { id }, signal }),
  });
  protected readonly environments = loaded({
    load: async (_, signal) =>
      this.#session.may('catalog.environment.read')
        ? (await this.#api.call(routes.environments.list, { signal })).items
        : [],
  });

  protected readonly draft = signal<CheckDraft | undefined>(undefined);
  /** Without a kind in the address one is chosen first; what was written stays for when it is. */
  protected readonly shown = computed(() => {
    const draft = this.draft();
    return this.id() || draft?.probe.kind === this.kind() ? draft : undefined;
  });
  protected readonly first = new FirstAssignments();
  readonly #saved = signal('');
  protected readonly isChanged = computed(() => {
    const draft = this.draft();
    return draft !== undefined && JSON.stringify(draft.value()) !== this.#saved();
  });
  /** Until the system is known that it is for, saving would lose it. */
  protected readonly isReady = computed(
    () => !this.systemId() || Boolean(this.system.value() ?? this.system.problem()),
  );
  protected readonly isSaving = signal(false);
  protected readonly trouble = signal<string | undefined>(undefined);
  /** Somebody else saved this check meanwhile. */
  protected readonly isOutrun = signal(false);

  protected readonly heading = computed(() => {
    const stored = this.stored.value();
    return stored ? `Edit ${stored.name}` : 'New check';
  });
  protected readonly parent = computed(() => {
    const [stored, system] = [this.stored.value(), this.system.value()];
    if (stored) return { name: stored.name, link: `/checks/${stored.id}` };
    return system ? { name: system.name, link: `/systems/${system.id}` } : { name: 'Checks', link: '/checks' };
  });
  protected readonly templates = computed(() => templateNames(this.environments.value() ?? []));
  protected readonly testedSystemId = computed(
    () => this.first.systems()[0]?.id ?? this.assignments.value()?.[0]?.system.id,
  );
  protected readonly testLocationId = computed(
    () => this.first.places.locationIds()[0] ?? this.assignments.value()?.[0]?.locationIds[0],
  );

  constructor() {
    effect(() => {
      const probes = this.probes.value();
      const stored = this.stored.value();
      const kind = this.id() ? stored?.kind : this.kind();
      untracked(() => {
        const probe = probes?.find((each) => each.kind === kind);
        if (probe && this.draft()?.probe.kind !== kind)
          this.#start(new CheckDraft(probe, stored ?? this.#carriedOver()));
      });
    });
    effect(() => {
      const system = this.system.value();
      if (system) this.first.systems.set([{ id: system.id, name: system.name }]);
    });
  }

  hasChanges(): boolean {
    return this.isChanged();
  }

  protected choose(kind: string | null): void {
    this.#query({ kind }, { replace: false });
  }

  protected readonly testBody = (): TestBody | undefined => {
    const draft = this.draft();
    if (!draft) return undefined;
    if (!draft.check('run')) {
      this.#showFirstError();
      return undefined;
    }
    const { kind, config, collectors, timeoutMs } = draft.value();
    const [checkId, systemId] = [this.id(), this.testedSystemId()];
    return {
      kind,
      config,
      collectors,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(checkId ? { checkId } : {}),
      ...(systemId ? { systemId } : {}),
    };
  };

  protected addAssertion({ collector, fact, value }: ClickedFact): void {
    const target = this.draft()?.collectors.find((each) => each.descriptor.name === collector);
    const assertion = target && assertionFrom(target.descriptor.facts, fact, value);
    if (!assertion) return;
    target.add(assertion);
    focusField(assertion.comparisons()[0]!, this.#injector);
  }

  protected refused(problem: ApiProblem): void {
    const homeless = this.draft()?.refuse(problem.fields) ?? [];
    this.trouble.set(problem.fields.length === 0 ? problem.detail : homeless.join(' ') || undefined);
    this.#showFirstError();
  }

  protected saveByKey(event: Event): void {
    event.preventDefault();
    void this.save();
  }

  protected warn(event: BeforeUnloadEvent): void {
    if (this.hasChanges()) event.preventDefault();
  }

  protected async save(version = this.stored.value()?.version): Promise<void> {
    const draft = this.draft();
    if (!draft || this.isSaving() || !this.isReady()) return;
    this.trouble.set(undefined);
    this.isOutrun.set(false);
    const isRight = [draft.check(), this.first.check()].every(Boolean);
    if (!isRight) return this.#showFirstError();
    this.isSaving.set(true);
    try {
      const saved = await this.#send(draft, version);
      this.#saved.set(JSON.stringify(draft.value()));
      if (!this.id()) await this.#assign(saved.id);
      this.#toasts.done(`Saved ${saved.name}`);
      await this.#router.navigate(['/checks', saved.id]);
    } catch (error) {
      const problem = toApiProblem(error);
      if (problem.status === 412) this.isOutrun.set(true);
      else this.refused(problem);
    } finally {
      this.isSaving.set(false);
    }
  }

  /** Somebody was faster: their version instead of this one. */
  protected async takeTheirs(): Promise<void> {
    const theirs = await this.#readAgain();
    if (!theirs) return;
    this.stored.set(theirs);
    this.#start(new CheckDraft(this.draft()!.probe, theirs));
  }

  /** Somebody was faster: this version on top of theirs. */
  protected async saveOverTheirs(): Promise<void> {
    const theirs = await this.#readAgain();
    if (theirs) await this.save(theirs.version);
  }

  #start(draft: CheckDraft): void {
    this.draft.set(draft);
    const untouched = this.id() ? draft : new CheckDraft(draft.probe);
    this.#saved.set(JSON.stringify(untouched.value()));
    this.isOutrun.set(false);
    this.trouble.set(undefined);
  }

  /** What another kind takes along. */
  #carriedOver() {
    const { name, schedule, timeoutMs, tags, paused } = this.draft()?.value() ?? {};
    return { name, schedule, timeoutMs, tags, paused } as Partial<Check>;
  }

  async #send(draft: CheckDraft, version: number | undefined): Promise<Check> {
    const id = this.id();
    const body = draft.value();
    if (!id) return this.#api.call(routes.checks.create, { body });
    const edited = version === undefined ? {} : { version };
    return this.#api.call(routes.checks.update, { params: { id }, body, ...edited });
  }

  /** The check is saved by now: what fails here can be done again from its page. */
  async #assign(checkId: string): Promise<void> {
    for (const body of this.first.bodies(checkId)) {
      await this.#api.call(routes.assignments.create, { body }).catch((error: unknown) => this.#toasts.failed(error));
    }
  }

  async #readAgain(): Promise<Check | undefined> {
    const id = this.id();
    if (!id) return undefined;
    try {
      return await this.#api.call(routes.checks.read, { params: { id } });
    } catch (error) {
      this.trouble.set(toApiProblem(error).detail);
      return undefined;
    }
  }

  #showFirstError(): void {
    const wrong = this.draft()?.firstError() ?? this.first.firstError();
    if (wrong) focusField(wrong, this.#injector);
  }
}
