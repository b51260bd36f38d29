import { ChangeDetectionStrategy, Component, computed, inject, Injector, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatSelectModule } from '@angular/material/select';
import { routes, type Destination, type Named, type SenderTrial } from '@checkstack/api';
import { Api } from '../api/api.js';
import { toApiProblem } from '../api/api-problem.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { focusField } from '../schema-form/focus.js';
import { makeForm } from '../schema-form/make-form.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { Forms } from '../senders/sender-draft.js';
import { SenderTrialView } from '../senders/sender-trial.js';
import { Notice } from '../ui/notice.js';

export interface DestinationDialogData {
  channels: readonly (Named & { kind: string })[];
  /** null: one’s own. */
  teamId: string | null;
  /** Undefined: a new one. */
  stored?: Destination;
}

type Json = Record<string, unknown>;

/** Where a channel brings messages: its channel, the address that its kind asks for, and a test. Closes with true. */
@Component({
  selector: 'cs-destination-dialog',
  imports: [
    LoadingView,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatSelectModule,
    Notice,
    SchemaForm,
    SenderTrialView,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle>{{ data.stored ? 'Edit where it arrives' : 'Where shall it arrive?' }}</h2>
    <form novalidate (submit)="save($event)">
      <mat-dialog-content>
        <div class="body">
          @if (trouble(); as trouble) {
            <cs-notice tone="unhealthy">{{ trouble }}</cs-notice>
          }
          <mat-form-field subscriptSizing="dynamic">
            <mat-label>Channel</mat-label>
            <mat-select [disabled]="!!data.stored" [value]="channelId()" (valueChange)="choose($event)">
              @for (channel of channels; track channel.id) {
                <mat-option [value]="channel.id">{{ channel.name }}</mat-option>
              }
            </mat-select>
          </mat-form-field>
          <cs-loading [of]="kinds" shape="line" />
          @if (address(); as address) {
            <cs-schema-form [form]="address" />
          } @else if (kinds.value()) {
            <p class="cs-soft">This channel leads to one place for all: there is nothing to enter.</p>
          }
          <div>
            <button matButton="outlined" type="button" [disabled]="isTrying() || !kinds.value()" (click)="try()">
              Send test message
            </button>
          </div>
          @if (trial(); as trial) {
            <cs-sender-trial [trial]="trial" />
          }
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" matDialogClose>Cancel</button>
        <button matButton="filled" type="submit" [disabled]="isSaving() || !kinds.value()">
          {{ data.stored ? 'Save' : 'Add' }}
        </button>
      </mat-dialog-actions>
    </form>
  `,
  styleUrl: '../senders/sender-dialog.scss',
})
export class DestinationDialog {
  readonly #api = inject(Api);
  readonly #injector = inject(Injector);
  readonly #opened = inject<MatDialogRef<DestinationDialog, true>>(MatDialogRef);
  protected readonly data = inject<DestinationDialogData>(MAT_DIALOG_DATA);

  /** The stored one's too, should it be switched off. */
  protected readonly channels = this.data.stored
    ? [this.data.stored.channel, ...this.data.channels.filter(({ id }) => id !== this.data.stored?.channel.id)]
    : this.data.channels;
  protected readonly channelId = signal(this.channels[0]?.id ?? '');
  protected readonly kinds = loaded({
    load: async (_, signal) => (await this.#api.call(routes.channels.kinds, { signal })).items,
  });
  protected readonly address = computed(() => {
    const kind = this.channels.find(({ id }) => id === this.channelId())?.kind;
    const schema = this.kinds.value()?.find((each) => each.kind === kind)?.addressSchema;
    // Fields have signals of their own, which they fill.
    return schema ? untracked(() => makeForm(schema, this.data.stored?.address)) : null;
  });
  readonly #forms = computed(() => {
    const address = this.address();
    return new Forms(address ? { address } : {});
  });
  protected readonly isSaving = signal(false);
  protected readonly isTrying = signal(false);
  protected readonly trial = signal<SenderTrial | undefined>(undefined);
  protected readonly trouble = signal<string | undefined>(undefined);

  protected choose(id: string): void {
    this.channelId.set(id);
    this.trial.set(undefined);
    this.trouble.set(undefined);
  }

  protected async try(): Promise<void> {
    this.trial.set(undefined);
    if (!this.#forms().check()) return this.#showFirstError();
    this.isTrying.set(true);
    const { stored } = this.data;
    try {
      const body = { channelId: this.channelId(), address: this.#value(), ...(stored ? { id: stored.id } : {}) };
      this.trial.set(await this.#api.call(routes.destinations.test, { body }));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.isTrying.set(false);
    }
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.trouble.set(undefined);
    if (!this.#forms().check()) return this.#showFirstError();
    this.isSaving.set(true);
    const address = this.#value();
    const { stored, teamId } = this.data;
    try {
      if (stored) {
        const { id, version } = stored;
        await this.#api.call(routes.destinations.update, { params: { id }, body: { address }, version });
      } else {
        const body = { channelId: this.channelId(), teamId, address };
        await this.#api.call(routes.destinations.create, { body });
      }
      this.#opened.close(true);
    } catch (error) {
      this.#refused(error);
      this.isSaving.set(false);
    }
  }

  #value(): Json {
    return (this.address()?.value() ?? {}) as Json;
  }

  #refused(error: unknown): void {
    const problem = toApiProblem(error);
    const homeless = this.#forms().refuse(problem.fields);
    if (problem.fields.length === 0 || homeless.length > 0) this.trouble.set(homeless.join(' ') || problem.detail);
    this.#showFirstError();
  }

  #showFirstError(): void {
    const wrong = this.#forms().firstError();
    if (wrong) focusField(wrong, this.#injector);
  }
}
