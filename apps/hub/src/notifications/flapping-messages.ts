import { escapeMarkdown } from '@checkstack/plugin-sdk';
import type { Quiet } from '@checkstack/api';
import type { FlappingSlice } from '../health/flapping-systems.js';
import type { AlertBook } from './alerts/alert-book.js';
import { ruleOfFamily } from './telling.js';

/** That a system is not alerted of because it flaps is told once, as is the end of it. */
export function flappingTelling(
  book: Pick<AlertBook, 'tellings' | 'kept'>,
  { systemId, systemName, checkName, isSystemFlapping }: FlappingSlice,
  { quiet, now }: { quiet: Quiet | null; now: Date },
): void {
  const title = isSystemFlapping ? `${systemName} keeps changing` : `${systemName} has settled`;
  if (quiet) {
    if (isSystemFlapping) book.kept.push({ systemId, alertId: null, at: now, title, quiet });
    return;
  }
  const url = `/systems/${systemId}`;
  const what = isSystemFlapping ? 'flapping' : 'settled';
  book.tellings.push({
    message: {
      family: 'state',
      importance: isSystemFlapping ? 'warning' : 'info',
      event: { type: 'flapping', what },
      title,
      body: isSystemFlapping
        ? `The check ${escapeMarkdown(checkName)} is well and ill in turns. Its turns are not told one by one until it settles.`
        : '',
      fields: [{ label: 'Check', value: checkName }],
      subjects: [{ kind: 'system', id: systemId, name: systemName, url }],
      action: { label: 'Open the system', url },
      at: now.toISOString(),
      collapseKey: `flapping:${systemId}`,
    },
    subject: { kind: 'system', id: systemId },
    payload: { what, system: { id: systemId, name: systemName }, check: checkName },
    systemIds: [systemId],
    subscribedAt: 'warning',
    alertIds: [],
    listed: [],
    alertId: null,
    passesAs: isSystemFlapping ? 'warning' : 'info',
    rule: ruleOfFamily.state,
  });
}
