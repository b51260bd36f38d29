// Everything that one part of the hub tells the others, on every replica.
import type { LiveMessage } from '@checkstack/api';

type Changed = Extract<LiveMessage, { type: 'changed' }>;

export interface HubEvents {
  /** Something that people edit was created, changed or removed. */
  changed: { thing: Changed['thing']; id: string };
  /** These have another state now, or another reason for it. Slices by their numbers. */
  state: { slices?: number[]; checks?: string[]; systems?: string[] };
  /** The past of these slices was told anew: what is remembered of their runs is not all. */
  repainted: { slices: number[] };
  /** Rows were stored: slice number, slot (Unix milliseconds), attempt. */
  results: { runs: [slice: number, slotMs: number, attempt: number][] };
  /** These slices, by their numbers, began to fail: a hint to look at once from elsewhere. */
  onset: { slices: number[] };
  /** The rosters of these satellites changed. */
  roster: { satelliteIds: string[] };
  /** Slices of these checks were created, retired, paused, resumed or moved to another satellite. */
  slices: { checkIds: string[] };
  /** A satellite came, went, was disabled, deleted, or its token revoked: its epoch rose. */
  satellite: { id: string };
  /** A second machine asked for a socket with the token of this satellite. */
  contested: { id: string };
  /** These satellites reported their gauges. */
  gauges: { ids: string[] };
  /** Deliveries were written that are due, or one was sent on its way again. */
  deliveries: Record<string, never>;
  /** A test run was asked for, went on, ended, or was cancelled. */
  testRun: { id: string };
  /** The inboxes of these users changed; null: of anybody. */
  inbox: { userIds: string[] | null };
  /** Events were written to the outbox. */
  outbox: Record<string, never>;
  /** A session or key ended, or a user's role changed: open live sockets are to be judged again. */
  access: { userId: string | null };
}

export type HubEventName = keyof HubEvents;
