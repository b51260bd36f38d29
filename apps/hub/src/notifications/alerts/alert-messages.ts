// What people read of an alert.
import { escapeMarkdown } from '@checkstack/plugin-sdk';
import type { Importance, State } from '@checkstack/api';
import { durationWords, timeWords } from '../words.js';
import { ruleOfFamily, type Telling } from '../telling.js';
import type { AlertNow, SystemOutlook, Told } from './alert-step.js';

interface System {
  id: string;
  name: string;
}

const verbs: Record<Told['turn'], (name: string, state: State) => string> = {
  opened: (name, state) => `${name} is ${state}`,
  worse: (name, state) => `${name} is ${state} now`,
  better: (name, state) => (state === 'healthy' ? `${name} itself is healthy again` : `${name} is ${state} now`),
  recovered: (name) => `${name} has recovered`,
};

export function titleOf(system: System, { turn, state, family }: Told, causes: SystemOutlook['causes'] = []): string {
  const [first] = causes;
  const title = verbs[turn](system.name, state);
  return family === 'dependency' && turn !== 'recovered' && first ? `${title} because of ${first.system.name}` : title;
}

export function tellingOf(
  system: System,
  alert: AlertNow,
  told: Told,
  { causes, since, at }: { causes: SystemOutlook['causes']; since: Date; at: Date },
): Telling {
  const body = told.turn === 'recovered' ? lasted(alert) : told.reason === null ? '' : escapeMarkdown(told.reason);
  const shared = told.family === 'dependency' ? causes.map(({ reason }) => escapeMarkdown(reason)) : [];
  return alertTelling(system, alert, {
    family: told.family,
    what: told.turn,
    title: titleOf(system, told, causes),
    body: shared.length > 0 && told.turn !== 'recovered' ? shared.join('\n\n') : body,
    importance: told.importance,
    state: told.state,
    at,
    fields: [
      { label: told.turn === 'recovered' ? 'Well since' : 'Since', value: timeWords(since) },
      ...(alert.acknowledgedBy === null ? [] : [{ label: 'Looked after by', value: alert.acknowledgedBy }]),
    ],
    subscribedAt: told.to === 'subscribers' ? told.importance : null,
  });
}

/** It is still so: told again to who asked for that, or to the next who are to know. */
export function againTelling(
  system: System,
  alert: AlertNow,
  given: { what: 'reminder' | 'escalated'; family: 'state' | 'dependency'; listed: Telling['listed']; at: Date },
): Telling {
  const { at, family, what, listed } = given;
  const importance: Importance = family === 'state' ? (alert.told ?? 'info') : (alert.toldInherited ?? 'info');
  const title =
    what === 'reminder'
      ? `${system.name} is still ${alert.state}, for ${durationWords(at.getTime() - alert.openedAt.getTime())}`
      : `${system.name} is ${alert.state}, and nobody has acknowledged it`;
  return {
    ...alertTelling(system, alert, {
      family,
      what,
      title,
      body: alert.reason === null ? '' : escapeMarkdown(alert.reason),
      importance,
      state: alert.state,
      at,
      fields: [{ label: 'Since', value: timeWords(alert.openedAt) }],
      subscribedAt: null,
    }),
    alertIds: [],
    listed,
  };
}

function alertTelling(
  system: System,
  alert: AlertNow,
  given: {
    family: 'state' | 'dependency';
    what: string;
    title: string;
    body: string;
    importance: Importance;
    state: State;
    at: Date;
    fields: { label: string; value: string }[];
    subscribedAt: Importance | null;
  },
): Telling {
  const { family, what, title, body, importance, state, at, fields, subscribedAt } = given;
  const url = `/systems/${system.id}`;
  return {
    message: {
      family,
      importance,
      event: { type: 'state', what },
      title,
      body,
      fields,
      subjects: [{ kind: 'system', id: system.id, name: system.name, url }],
      action: { label: 'Open the system', url },
      at: at.toISOString(),
      collapseKey: family === 'state' ? alert.collapseKey : `${alert.collapseKey}:dependency`,
    },
    subject: { kind: 'system', id: system.id },
    payload: { what, system: { id: system.id, name: system.name }, state, alertId: alert.id, reason: alert.reason },
    systemIds: [system.id],
    subscribedAt,
    alertIds: [alert.id],
    listed: [],
    alertId: alert.endedAt === null ? alert.id : null,
    passesAs: what === 'recovered' || what === 'better' ? alert.importance : importance,
    rule: ruleOfFamily[family],
  };
}

function lasted({ openedAt, endedAt, importance, reason }: AlertNow): string {
  const worst = { info: 'unknown', warning: 'degraded', critical: 'unhealthy' }[importance];
  const words = durationWords((endedAt ?? openedAt).getTime() - openedAt.getTime());
  return `It was ${worst} for ${words}.${reason === null ? '' : ` Last: ${escapeMarkdown(reason)}`}`;
}
