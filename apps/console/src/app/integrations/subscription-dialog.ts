import { ChangeDetectionStrategy, Component, computed, inject, Injector, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import {
  families,
  importances,
  routes,
  type IntegrationDetail,
  type IntegrationSubscription,
  type Named,
  type SenderKind,
  type SenderTrial,
} from '@checkstack/api';
import { Api } from '../api/api.js';
import { toApiProblem } from '../api/api-problem.js';
import { NamedSearch } from '../loading/named-search.js';
import { focusField } from '../schema-form/focus.js';
import { check } from '../schema-form/form-errors.js';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { makeForm } from '../schema-form/make-form.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Forms } from '../senders/sender-draft.js';
import { SenderTrialView } from '../senders/sender-trial.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { familyTitles, importanceTitles } from './subscription-words.js';

export interface SubscriptionDialogData {
  integration: IntegrationDetail;
  kind: SenderKind;
  /** Undefined: a new one. */
  stored?: IntegrationSubscription;
}

type Body = Pick<IntegrationSubscription, 'events' | 'families' | 'leastImportance' | 'tags' | 'template'>;

const nameSchema: JsonSchema = { type: 'string', title: 'Name', minLength: 1, maxLength: 120, examples: ['Incidents'] };

const filterSchema: JsonSchema = {
  type: 'object',
  properties: {
    leastImportance: {
      title: 'From importance',
      default: 'info',
      anyOf: importances.map((value) => ({ const: value, title: importanceTitles[value] })),
    },
    families: {
      type: 'array',
      title: 'Only these kinds of event',
      description: 'None: all.',
      default: [],
      items: { anyOf: families.map((value) => ({ const: value, title: familyTitles[value] })) },
    },
    events: {
      type: 'array',
      title: 'Only these events',
      description: 'Such as incident or incident.opened. None: all.',
      default: [],
      items: { type: 'string', pattern: '^[a-z-]{1,40}(\\.[a-z-]{1,40})?$', examples: ['incident.opened'] },
    },
    tags: {
      type: 'array',
      title: 'Tags',
      description: 'Of systems, groups and tags any one fits; with none of them, everything does.',
      default: [],
      items: { type: 'string', minLength: 1, maxLength: 60 },
    },
  },
};

const templateSchema: JsonSchema = {
  type: 'string',
  title: 'Text of its own',
  description:
    'In place of the message’s: Markdown with {{message.title}}, {{{message.body}}}, {{event.payload.…}} and sections.',
  multiline: true,
  maxLength: 20_000,
};

/** Which events an integration forwards, and how. Closes with true when it was saved. */
@Component({
  selector: 'cs-subscription-dialog',
  imports: [Icon, MatButton, MatDialogModule, MatIconButton, NamedSearch, Notice, SchemaForm, SenderTrialView],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './subscription-dialog.html',
  styleUrls: ['../senders/sender-dialog.scss', './subscription-dialog.scss'],
})
export class SubscriptionDialog {
  readonly #api = inject(Api);
  readonly #injector = inject(Injector);
  readonly #opened = inject<MatDialogRef<SubscriptionDialog, true>>(MatDialogRef);
  protected readonly data = inject<SubscriptionDialogData>(MAT_DIALOG_DATA);

  protected readonly name = makeForm(nameSchema, this.data.stored?.name);
  protected readonly filter = makeForm(filterSchema, this.data.stored);
  protected readonly options =
    this.data.kind.addressSchema && makeForm(this.data.kind.addressSchema, this.data.stored?.options);
  protected readonly template = makeForm(templateSchema, this.data.stored?.template ?? undefined);
  readonly #forms = new Forms({
    name: this.name,
    ...(this.options ? { options: this.options } : {}),
    template: this.template,
  });
  protected readonly systems = signal<readonly Named[]>(this.data.stored?.systems ?? []);
  protected readonly groups = signal<readonly Named[]>(this.data.stored?.groups ?? []);
  protected readonly systemIds = computed(() => this.systems().map(({ id }) => id));
  protected readonly groupIds = computed(() => this.groups().map(({ id }) => id));
  protected readonly isSaving = signal(false);
  protected readonly isTrying = signal(false);
  protected readonly trial = signal<SenderTrial | undefined>(undefined);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected readonly findSystems = async (search: string, signal: AbortSignal): Promise<readonly Named[]> =>
    (await this.#api.call(routes.systems.list, { query: { search, limit: 20 }, signal })).items;

  protected readonly findGroups = async (search: string, signal: AbortSignal): Promise<readonly Named[]> => {
    const all = (await this.#api.call(routes.groups.list, { signal })).items;
    return all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())).slice(0, 20);
  };

  protected add(to: 'systems' | 'groups', thing: Named): void {
    this[to].update((all) => [...all, { id: thing.id, name: thing.name }]);
  }

  protected leaveOut(from: 'systems' | 'groups', { id }: Named): void {
    this[from].update((all) => all.filter((each) => each.id !== id));
  }

  protected async try(): Promise<void> {
    this.trial.set(undefined);
    this.trouble.set(undefined);
    if (this.options && !check(this.options)) return this.#showFirstError();
    const { integration, stored } = this.data;
    this.isTrying.set(true);
    try {
      const body = {
        id: integration.id,
        kind: integration.kind,
        config: integration.config,
        what: 'message' as const,
        ...(stored ? { subscriptionId: stored.id } : {}),
        options: this.#optionsOf(),
        template: this.#templateOf(),
      };
      this.trial.set(await this.#api.call(routes.integrations.test, { body }));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.isTrying.set(false);
    }
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.trouble.set(undefined);
    if (![this.#forms.check(), check(this.filter)].every(Boolean)) return this.#showFirstError();
    this.isSaving.set(true);
    const body = {
      name: this.name.value() as string,
      ...(this.filter.value() as Body),
      systemIds: this.systemIds(),
      groupIds: this.groupIds(),
      options: this.#optionsOf(),
      template: this.#templateOf(),
    };
    const { integration, stored } = this.data;
    try {
      if (stored) {
        const { id, version } = stored;
        await this.#api.call(routes.integrations.changeSubscription, { params: { id }, body, version });
      } else await this.#api.call(routes.integrations.subscribe, { params: { id: integration.id }, body });
      this.#opened.close(true);
    } catch (error) {
      this.#refused(error);
      this.isSaving.set(false);
    }
  }

  #optionsOf(): Record<string, unknown> {
    return (this.options?.value() ?? {}) as Record<string, unknown>;
  }

  #templateOf(): string | null {
    const text = this.template.value() as string | undefined;
    return text === undefined || text.trim() === '' ? null : text;
  }

  #refused(error: unknown): void {
    const problem = toApiProblem(error);
    const homeless = this.#forms.refuse(problem.fields);
    if (problem.fields.length === 0 || homeless.length > 0) this.trouble.set(homeless.join(' ') || problem.detail);
    this.#showFirstError();
  }

  #showFirstError(): void {
    const wrong = this.#forms.firstError();
    if (wrong) focusField(wrong, this.#injector);
  }
}
