// What people and other services are told, before it is put into anybody's format. Browser-safe.

/** What a message is about, as people subscribe to it. */
export const families = ['state', 'incident', 'maintenance', 'dependency', 'satellite', 'slo', 'platform'] as const;
export type Family = (typeof families)[number];

/** Least first. */
export const importances = ['info', 'warning', 'critical'] as const;
export type Importance = (typeof importances)[number];

export interface Message {
  /** The same for every attempt to bring it to one destination: the idempotency key. Letters, digits and dashes. */
  id: string;
  family: Family;
  importance: Importance;
  /** The event behind it: `incident`, `opened`. */
  event: { type: string; what: string };
  /** One plain line, no Markdown. */
  title: string;
  /** Markdown; may be empty. Texts of others stand in it by `escapeMarkdown`. */
  body: string;
  /** Short facts, plain: `Since`, `10:04 UTC`. */
  fields: { label: string; value: string }[];
  /** What it is about, with absolute addresses in the console. */
  subjects: { kind: string; id: string; name: string; url: string }[];
  /** The one thing to do next. */
  action: { label: string; url: string } | null;
  /** RFC 3339, UTC. */
  at: string;
  /** Messages of one key tell of one thing as it goes on: services that can put them into one thread, alert or ticket. */
  collapseKey: string;
}
