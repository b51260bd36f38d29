// Everything that one part of the hub tells the others, on every replica.
import type { LiveMessage, State } from '@checkstack/api';

type Changed = Extract<LiveMessage, { type: 'changed' }>;

export interface HubEvents {
  /** Something that people edit was created, changed or removed. */
  changed: { thing: Changed['thing']; id: string };
  /** A slice, check, assignment or system has another state now. */
  state: {
    subject: 'slice' | 'check' | 'assignment' | 'system';
    id: string;
    state: State;
    since: string | null;
    reason: string | null;
  };
  /** Rows were stored for these slices (their UUIDs), and these are their checks and systems. */
  results: { sliceIds: string[]; checkIds: string[]; systemIds: string[] };
  /** The rosters of these satellites changed. */
  roster: { satelliteIds: string[] };
  /** Slices of these checks were created, retired, paused, resumed or moved to another satellite. */
  slices: { checkIds: string[] };
  /** A satellite came, went, was disabled, deleted, or its token revoked: its epoch rose. */
  satellite: { id: string };
  /** A satellite reported its gauges. */
  gauges: { id: string };
  /** A test run was asked for, went on, ended, or was cancelled. */
  testRun: { id: string };
  /** A session or key ended, or a user's role changed: open live sockets are to be judged again. */
  access: { userId: string | null };
}

export type HubEventName = keyof HubEvents;
