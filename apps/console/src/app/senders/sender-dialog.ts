import { ChangeDetectionStrategy, Component, computed, inject, Injector, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { routes, type SenderKind, type SenderTrial } from '@checkstack/api';
import { Api } from '../api/api.js';
import { toApiProblem } from '../api/api-problem.js';
import { focusField } from '../schema-form/focus.js';
import { check } from '../schema-form/form-errors.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { KindCards } from './kind-cards.js';
import { SenderDraft } from './sender-draft.js';
import { SenderTrialView } from './sender-trial.js';

export interface SenderDialogData {
  what: 'channel' | 'integration';
  kinds: readonly SenderKind[];
  /** Undefined: a new one. */
  stored?: { id: string; name: string; kind: string; config: Record<string, unknown>; version: number };
}

/** A channel or the connection of an integration: its kind, its form, and tests of what is entered. Closes with its id. */
@Component({
  selector: 'cs-sender-dialog',
  imports: [Icon, KindCards, MatButton, MatDialogModule, Notice, SchemaForm, SenderTrialView],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './sender-dialog.html',
  styleUrl: './sender-dialog.scss',
})
export class SenderDialog {
  readonly #api = inject(Api);
  readonly #injector = inject(Injector);
  readonly #opened = inject<MatDialogRef<SenderDialog, string>>(MatDialogRef);
  protected readonly data = inject<SenderDialogData>(MAT_DIALOG_DATA);

  protected readonly draft_ = signal<SenderDraft | undefined>(this.#stored());
  protected readonly draft = this.draft_.asReadonly();
  protected readonly title = computed(() => {
    const { what, stored } = this.data;
    const draft = this.draft();
    if (stored) return `Edit ${stored.name}`;
    return draft ? `New ${draft.kind.title} ${what}` : `New ${what}`;
  });
  protected readonly isSaving = signal(false);
  protected readonly isTrying = signal(false);
  protected readonly trial = signal<SenderTrial | undefined>(undefined);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected choose(kind: SenderKind): void {
    this.trial.set(undefined);
    this.trouble.set(undefined);
    this.draft_.set(new SenderDraft(kind));
  }

  protected async try(what: 'verify' | 'message'): Promise<void> {
    const draft = this.draft();
    if (!draft) return;
    this.trial.set(undefined);
    const addresses = what === 'message' && draft.address ? [draft.address] : [];
    if (![draft.config, ...addresses].map((form) => check(form)).every(Boolean)) return this.#showFirstError(draft);
    const { kind, config } = draft.value();
    const id = this.data.stored?.id;
    const place = (addresses[0]?.value() ?? {}) as Record<string, unknown>;
    const body = { kind, config, what, ...(id === undefined ? {} : { id }) };
    this.isTrying.set(true);
    this.trouble.set(undefined);
    try {
      this.trial.set(
        this.data.what === 'channel'
          ? await this.#api.call(routes.channels.test, { body: { ...body, address: place } })
          : await this.#api.call(routes.integrations.test, { body: { ...body, options: place } }),
      );
    } catch (error) {
      this.#refused(draft, error);
    } finally {
      this.isTrying.set(false);
    }
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const draft = this.draft();
    if (!draft) return;
    this.trouble.set(undefined);
    if (!draft.check()) return this.#showFirstError(draft);
    this.isSaving.set(true);
    try {
      this.#opened.close(await this.#send(draft.value()));
    } catch (error) {
      this.#refused(draft, error);
      this.isSaving.set(false);
    }
  }

  async #send(body: ReturnType<SenderDraft['value']>): Promise<string> {
    const { what, stored } = this.data;
    const area = what === 'channel' ? routes.channels : routes.integrations;
    if (!stored) return (await this.#api.call(area.create, { body })).id;
    const { id, version } = stored;
    const { name, config } = body;
    return (await this.#api.call(area.update, { params: { id }, body: { name, config }, version })).id;
  }

  #stored(): SenderDraft | undefined {
    const { stored, kinds } = this.data;
    const kind = kinds.find((each) => each.kind === stored?.kind);
    return stored && kind ? new SenderDraft(kind, stored) : undefined;
  }

  #refused(draft: SenderDraft, error: unknown): void {
    const problem = toApiProblem(error);
    const homeless = draft.refuse(problem.fields);
    if (problem.fields.length === 0 || homeless.length > 0) this.trouble.set(homeless.join(' ') || problem.detail);
    this.#showFirstError(draft);
  }

  #showFirstError(draft: SenderDraft): void {
    const wrong = draft.firstError();
    if (wrong) focusField(wrong, this.#injector);
  }
}
