import type { LiveMessage } from '@checkstack/api';

/** Whose results: exactly one of them. */
export interface Subject {
  checkId?: string;
  systemId?: string;
}

export function topicOf({ checkId, systemId }: Subject): string {
  return checkId ? `check:${checkId}` : `system:${systemId}`;
}

/** The runs of a message that belong to the subject. */
export function runsOf(message: LiveMessage, { checkId, systemId }: Subject) {
  if (message.type !== 'runs') return [];
  return message.runs.filter((run) => (checkId ? run.check.id === checkId : run.system.id === systemId));
}
