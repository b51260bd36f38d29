import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { routes, type Incident, type Named } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { Toasts } from '../ui/toasts.js';
import { IncidentSaving } from './incident-saving.js';
import { fieldsOf } from './merge.js';
import { UpdateText } from './update-text.js';

type Item = Incident['actionItems'][number];

/** What people make of it afterwards, and what is to be done so that it does not come back. */
@Component({
  selector: 'cs-post-mortem',
  imports: [Icon, Markdown, MatButton, MatIconButton, UpdateText],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './post-mortem.html',
  styleUrl: './post-mortem.scss',
})
export class PostMortem {
  readonly #api = inject(Api);
  readonly #saving = inject(IncidentSaving);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);

  readonly incident = input.required<Incident>();
  readonly mayManage = input.required<boolean>();
  readonly saved = output<Incident>();

  /** What is edited, as it was when that began. */
  protected readonly base = signal<Incident | undefined>(undefined);
  protected readonly text = signal('');
  protected readonly isSaving = signal(false);
  protected readonly users = loaded({
    params: () => (this.mayManage() && this.#session.may('access.user.read') ? true : undefined),
    load: (_, signal) => this.#api.all(routes.users.list, { query: {}, signal }),
  });
  protected readonly people = computed<readonly Named[]>(() => {
    const owners = this.incident().actionItems.flatMap(({ owner }) => owner ?? []);
    const users = (this.users.value() ?? []).map(({ id, name }) => ({ id, name }));
    return [...new Map([...owners, ...users].map((person) => [person.id, person])).values()];
  });
  protected readonly doneCount = computed(() => this.incident().actionItems.filter(({ done }) => done).length);

  hasChanges(): boolean {
    const base = this.base();
    return base !== undefined && this.text() !== base.postMortem;
  }

  protected edit(): void {
    this.text.set(this.incident().postMortem);
    this.base.set(this.incident());
  }

  protected async save(): Promise<void> {
    const base = this.base();
    if (base && (await this.#send(base, { postMortem: this.text().trim() }))) this.base.set(undefined);
  }

  protected async add(event: Event, field: HTMLInputElement): Promise<void> {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    const item = { id: crypto.randomUUID(), text, done: false, ownerId: null, dueOn: null };
    if (await this.#sendItems((items) => [...items, item])) field.value = '';
  }

  protected async change(id: string, changes: Partial<Item>): Promise<void> {
    await this.#sendItems((items) => items.map((item) => (item.id === id ? { ...item, ...changes } : item)));
  }

  protected async remove(id: string): Promise<void> {
    await this.#sendItems((items) => items.filter((item) => item.id !== id));
  }

  protected valueOf(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  #sendItems(change: (items: StoredItem[]) => StoredItem[]): Promise<boolean> {
    const incident = this.incident();
    return this.#send(incident, { actionItems: change([...(fieldsOf(incident).actionItems ?? [])]) });
  }

  async #send(base: Incident, fields: Parameters<IncidentSaving['save']>[1]): Promise<boolean> {
    this.isSaving.set(true);
    try {
      const saved = await this.#saving.save(base, fields);
      if (saved) this.saved.emit(saved);
      return saved !== undefined;
    } catch (error) {
      this.#toasts.failed(error);
      return false;
    } finally {
      this.isSaving.set(false);
    }
  }
}

type StoredItem = NonNullable<ReturnType<typeof fieldsOf>['actionItems']>[number];
