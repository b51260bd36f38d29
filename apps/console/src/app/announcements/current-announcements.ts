import { computed, effect, inject, Injectable, signal } from '@angular/core';
import { routes, type ShownAnnouncement } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';
import { Session } from '../session/session.js';
import { Toasts } from '../ui/toasts.js';

/** setTimeout takes no longer delay. */
const longestWaitMs = 2_000_000_000;

/** What is announced now, to whoever looks. Read again when somebody announces something, and when its time comes or is over. */
@Injectable({ providedIn: 'root' })
export class CurrentAnnouncements {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #toasts = inject(Toasts);
  readonly #turn = signal(0);

  readonly #answer = loaded({
    params: () => ({ user: this.#session.user()?.id ?? null, turn: this.#turn() }),
    load: (_, signal) => this.#api.call(routes.announcements.current, { signal }),
    topics: ({ user }) => (user === null ? [] : ['catalog']),
    patch: (value, message) => (message.type === 'changed' && message.thing === 'announcement' ? 'reload' : value),
  });
  readonly all = computed(() => this.#answer.value()?.items ?? []);
  readonly banners = computed(() => this.all().filter(({ place }) => place === 'banner'));
  readonly onDashboard = computed(() => this.all().filter(({ place }) => place === 'dashboard'));

  constructor() {
    effect((onCleanup) => {
      const at = this.#answer.value()?.nextChangeAt;
      if (!at) return;
      const waitMs = Math.min(longestWaitMs, Math.max(1000, Date.parse(at) - Date.now()));
      const timer = setTimeout(() => this.#turn.update((turn) => turn + 1), waitMs);
      onCleanup(() => clearTimeout(timer));
    });
  }

  async dismiss({ id }: ShownAnnouncement): Promise<void> {
    const answer = this.#answer.value();
    if (answer) this.#answer.set({ ...answer, items: answer.items.filter((one) => one.id !== id) });
    try {
      await this.#api.call(routes.announcements.dismiss, { params: { id } });
    } catch (error) {
      this.#toasts.failed(error);
      this.#answer.reload();
    }
  }
}
