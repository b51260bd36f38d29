import { computed, inject, Injectable } from '@angular/core';
import { routes } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded } from '../loading/loaded.js';

/** How many of one's own notifications are unread, as it changes. */
@Injectable()
export class Unread {
  readonly #api = inject(Api);

  readonly #loaded = loaded({
    load: async (_, signal) => (await this.#api.call(routes.notifications.count, { signal })).unread,
    topics: () => ['notifications'],
    patch: (unread, message) => (message.type === 'notifications' ? message.unread : unread),
    gatherMs: 0,
  });
  readonly count = computed(() => this.#loaded.value() ?? 0);
  /** For the badge. */
  readonly words = computed(() => (this.count() > 99 ? '99+' : String(this.count())));
}
