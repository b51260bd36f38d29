import { inject } from '@angular/core';
import { routes, type Family, type Notification } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';

export interface InboxPage {
  items: Notification[];
  /** Whether there is more. */
  isCut: boolean;
}

interface Asked {
  limit: number;
  unread: boolean;
  family?: Family | undefined;
}

/** The newest of one's own notifications, as they come. */
export function loadedInbox(asked: () => Asked | undefined): Loaded<InboxPage> {
  const api = inject(Api);
  return loaded({
    params: asked,
    load: async ({ limit, unread, family }, signal): Promise<InboxPage> => {
      const query = { limit, ...(unread && { unread: 'true' }), ...(family && { family }) };
      const { items, next } = await api.call(routes.notifications.list, { query, signal });
      return { items, isCut: next !== null };
    },
    topics: () => ['notifications'],
    patch: (page, message) => (message.type === 'notifications' ? 'reload' : page),
  });
}

/** With one of them as it is now. */
export function withNotification(page: InboxPage, changed: Notification): InboxPage {
  return { ...page, items: page.items.map((item) => (item.id === changed.id ? changed : item)) };
}
