import { routes, type IncidentSummary, type TimelineEntry } from '@checkstack/api';
import type { Api } from '../api/api.js';

interface Page<Item> {
  items: readonly Item[];
  next: string | null;
}

/** The first pages of a list as one: what grows at its top is read again whole, and nothing of it is missed. */
async function readPages<Item>(pages: number, read: (after?: string) => Promise<Page<Item>>): Promise<Page<Item>> {
  let { items, next } = await read();
  for (let page = 1; page < pages && next !== null; page++) {
    const more: Page<Item> = await read(next);
    items = [...items, ...more.items];
    next = more.next;
  }
  return { items, next };
}

const pageSize = 100;

export function readIncidents(
  api: Api,
  { pages, ...filter }: { pages: number; [name: string]: unknown },
  signal: AbortSignal,
): Promise<Page<IncidentSummary>> {
  return readPages(pages, (after) =>
    api.call(routes.incidents.list, {
      query: { ...filter, limit: pageSize, ...(after !== undefined && { after }) },
      signal,
    }),
  );
}

export function readTimeline(
  api: Api,
  { id, pages }: { id: string; pages: number },
  signal: AbortSignal,
): Promise<Page<TimelineEntry>> {
  return readPages(pages, (after) =>
    api.call(routes.incidents.timeline, {
      params: { id },
      query: { limit: pageSize, ...(after !== undefined && { after }) },
      signal,
    }),
  );
}
