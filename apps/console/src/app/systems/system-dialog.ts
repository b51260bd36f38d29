import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { NonNullableFormBuilder, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { routes, type System } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { ErrorSentence, showRefusal } from '../ui/form-errors.js';
import { Icon } from '../ui/icon.js';
import { Notice } from '../ui/notice.js';
import { TagsField } from '../ui/tags-field.js';

type Contact = System['contacts'][number];

/** The fields of a system. */
@Component({
  selector: 'cs-system-dialog',
  imports: [
    ErrorSentence,
    Icon,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatIconButton,
    MatInput,
    MatSelectModule,
    Notice,
    ReactiveFormsModule,
    TagsField,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './system-dialog.html',
  styleUrl: './system-dialog.scss',
})
export class SystemDialog {
  readonly #api = inject(Api);
  readonly #builder = inject(NonNullableFormBuilder);
  readonly #opened = inject<MatDialogRef<SystemDialog, System>>(MatDialogRef);
  readonly #session = inject(Session);

  /** Undefined: a new one. */
  protected readonly system = inject<System | undefined>(MAT_DIALOG_DATA, { optional: true });
  protected readonly form = this.#builder.group({
    name: [this.system?.name ?? '', Validators.required],
    description: [this.system?.description ?? ''],
    groupIds: [this.system?.groupIds ?? []],
    environmentIds: [this.system?.environmentIds ?? []],
    tags: [this.system?.tags ?? []],
    contacts: this.#builder.array((this.system?.contacts ?? []).map((contact) => this.#contact(contact))),
    links: this.#builder.array((this.system?.links ?? []).map((link) => this.#link(link))),
  });
  protected readonly groups = loaded({
    load: async (_, signal) => (await this.#api.call(routes.groups.list, { signal })).items,
  });
  protected readonly environments = loaded({
    load: async (_, signal) => (await this.#api.call(routes.environments.list, { signal })).items,
  });
  protected readonly users = loaded({
    load: async (_, signal) =>
      this.#session.may('access.user.read') ? this.#api.all(routes.users.list, { query: {}, signal }) : [],
  });
  /** Who may not see the users can still keep the ones that are named already. */
  protected readonly people = computed(() => {
    const users = this.users.value() ?? [];
    const known = this.system?.contacts.flatMap((contact) => ('userId' in contact ? [contact.userId] : [])) ?? [];
    const hidden = known.filter((id) => !users.some((user) => user.id === id));
    return [...users.map(({ id, name }) => ({ id, name })), ...hidden.map((id) => ({ id, name: 'A user' }))];
  });
  protected readonly trouble = signal<string | undefined>(undefined);
  protected readonly isSaving = signal(false);

  protected addContact(contact: Contact): void {
    this.form.controls.contacts.push(this.#contact(contact));
  }

  protected addLink(): void {
    this.form.controls.links.push(this.#link({ label: '', url: '' }));
  }

  protected async save(): Promise<void> {
    this.form.markAllAsTouched();
    if (this.form.invalid) return;
    this.isSaving.set(true);
    this.trouble.set(undefined);
    const { contacts, ...fields } = this.form.getRawValue();
    const body = {
      ...fields,
      contacts: contacts.map(({ userId, email, label }): Contact => (userId ? { userId } : { email, label })),
    };
    try {
      const saved = this.system
        ? await this.#api.call(routes.systems.update, {
            params: { id: this.system.id },
            body,
            version: this.system.version,
          })
        : await this.#api.call(routes.systems.create, { body });
      this.#opened.close(saved);
    } catch (error) {
      this.trouble.set(showRefusal(this.form, error));
      this.isSaving.set(false);
    }
  }

  #contact(contact: Contact) {
    const isUser = 'userId' in contact;
    return this.#builder.group({
      userId: [isUser ? contact.userId : ''],
      email: [isUser ? '' : contact.email, isUser ? [] : [Validators.required, Validators.email]],
      label: [isUser ? '' : contact.label],
    });
  }

  #link({ label, url }: System['links'][number]) {
    return this.#builder.group({ label: [label, Validators.required], url: [url, Validators.required] });
  }
}
