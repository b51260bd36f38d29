import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatTooltip } from '@angular/material/tooltip';
import { RouterLink } from '@angular/router';
import { routes, type AuditEntry } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { LoadingView } from '../loading/loading.js';
import { Session } from '../session/session.js';
import { EmptyState } from '../ui/empty-state.js';
import { FilterMenu } from '../ui/filter-menu.js';
import { Icon } from '../ui/icon.js';
import { PageHeader } from '../ui/page-header.js';
import { injectQuery } from '../ui/query.js';
import { TimeAgo } from '../ui/time-ago.js';
import { Toasts } from '../ui/toasts.js';
import { actionWords, isOnOneself, linkOf, subjectKinds, thingWords } from './audit-words.js';
import { ChangeList } from './change-list.js';

const pageSize = 50;
const offeredUsers = 100;

/** Who changed what, when and from where, newest first. */
@Component({
  selector: 'cs-audit-log',
  imports: [
    ChangeList,
    EmptyState,
    FilterMenu,
    Icon,
    LoadingView,
    MatButton,
    MatIconButton,
    MatTooltip,
    PageHeader,
    RouterLink,
    TimeAgo,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './audit-log.html',
  styleUrl: './audit-log.scss',
})
export class AuditLog {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  protected readonly query = injectQuery();

  // The address.
  readonly actorId = input<string>();
  readonly subjectKind = input<string>();
  readonly subjectId = input<string>();
  readonly action = input<string>();

  readonly #filter = computed(() => {
    const filter = {
      actorId: this.actorId(),
      subjectKind: this.subjectKind(),
      subjectId: this.subjectId(),
      action: this.action(),
    };
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  });
  protected readonly first = loaded({
    params: () => this.#filter(),
    load: (filter, signal) => this.#api.call(routes.audit.list, { query: { ...filter, limit: pageSize }, signal }),
  });
  /** The pages after the first, as far as they were asked for. */
  readonly #more = linkedSignal<unknown, { items: readonly AuditEntry[]; next: string | null } | undefined>({
    source: () => this.first.value(),
    computation: () => undefined,
  });
  protected readonly entries = computed(() => [...(this.first.value()?.items ?? []), ...(this.#more()?.items ?? [])]);
  protected readonly next = computed(() => (this.#more() ?? this.first.value())?.next ?? null);
  protected readonly isReadingOn = signal(false);

  protected readonly users = loaded({
    load: async (_, signal) =>
      this.#session.may('access.user.read') ? this.#api.all(routes.users.list, { query: {}, signal }) : [],
  });
  protected readonly actors = computed(() => {
    const users = this.users.value() ?? [];
    const seen = new Set(this.entries().map(({ actor }) => actor.id));
    // Of very many, those who occur: a menu of thousands helps nobody.
    const offered = users.length > offeredUsers ? users.filter(({ id }) => seen.has(id)) : users;
    return offered.map(({ id, name }) => ({ value: id, label: name }));
  });
  protected readonly kinds = subjectKinds.map((value) => ({ value, label: thingWords(value) }));
  protected readonly actions = computed(() =>
    [...new Set([...subjectKinds.map((kind) => `${kind}.update`), 'session.sign-in', ...this.#seenActions()])]
      .sort()
      .map((value) => ({ value, label: value })),
  );
  readonly #seenActions = computed(() => this.entries().map(({ action }) => action));
  protected readonly isFiltered = computed(() => Object.keys(this.#filter()).length > 0);
  protected readonly oneThing = computed(() =>
    this.subjectId() ? (this.entries()[0]?.subject.name ?? 'one thing') : undefined,
  );

  protected readonly actionWords = actionWords;
  protected readonly isOnOneself = isOnOneself;
  protected readonly linkOf = linkOf;

  protected changeCount({ changes }: AuditEntry): number {
    return Object.keys(changes).length;
  }

  protected clear(): void {
    this.query({ actorId: null, subjectKind: null, subjectId: null, action: null });
  }

  protected async readOn(): Promise<void> {
    const after = this.next();
    if (!after) return;
    this.isReadingOn.set(true);
    try {
      const query = { ...this.#filter(), limit: pageSize, after } as object;
      const page = await this.#api.call(routes.audit.list, { query });
      this.#more.update((known) => ({ items: [...(known?.items ?? []), ...page.items], next: page.next }));
    } catch (error) {
      this.#toasts.failed(error);
    } finally {
      this.isReadingOn.set(false);
    }
  }
}
