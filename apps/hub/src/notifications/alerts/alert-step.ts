// How an alert goes on with what its system comes to, and what of that is told.
import { randomUUID } from 'node:crypto';
import { importances, type Importance, type Quiet, type State } from '@checkstack/api';

/** An alert that has not ended. */
export interface AlertNow {
  id: string;
  collapseKey: string;
  state: State;
  reason: string | null;
  /** The worst so far. */
  importance: Importance;
  openedAt: Date;
  /** What was told last, of its own state and of what it inherits. */
  told: Importance | null;
  toldInherited: Importance | null;
  /** When the first of either was told. */
  toldAt: Date | null;
  toldInheritedAt: Date | null;
  quiet: (Quiet & { importance: Importance }) | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  endedAt: Date | null;
}

/** What a system comes to. */
export interface SystemOutlook {
  shown: State;
  reason: string | null;
  own: State;
  /** null also where it is not known. */
  ownReason: string | null;
  /** The systems that it inherits from, worst first. */
  causes: { system: { id: string; name: string }; reason: string }[];
  /** Since when. */
  since: Date;
}

export type Turn = 'opened' | 'worse' | 'better' | 'recovered';

/** What of a step is to be told. */
export interface Told {
  family: 'state' | 'dependency';
  turn: Turn;
  importance: Importance;
  state: State;
  reason: string | null;
  /** To everybody who subscribed to it, or only to who was told before. */
  to: 'subscribers' | 'told';
}

export interface Step {
  alert: AlertNow | null;
  told: Told[];
  /** What was not told now, once for each reason and importance. */
  kept: Told | null;
}

/** null: there is nothing to tell. What nobody can see is no trouble that anybody knows of. */
export function importanceOf(state: State): Importance | null {
  return { healthy: null, unknown: 'info', degraded: 'warning', unhealthy: 'critical' }[state] as Importance | null;
}

const rank = (importance: Importance | null): number => (importance === null ? -1 : importances.indexOf(importance));

/**
 * `suppressed`: why new alerts of the system are kept quiet now, by maintenance, incident or flapping. Suppression never
 * stops what becomes of an alert that was told.
 */
export function stepAlert(
  before: AlertNow | null,
  outlook: SystemOutlook,
  { suppressed, collapseKey, now }: { suppressed: Quiet | null; collapseKey: string; now: Date },
): Step {
  const shown = importanceOf(outlook.shown);
  if (shown === null) return before ? endAlert(before, outlook) : { alert: null, told: [], kept: null };
  const own = importanceOf(outlook.own);
  const isInherited = rank(shown) > rank(own);
  const state = own === null ? outlook.shown : outlook.own;
  const alert: AlertNow = {
    ...(before ?? newAlert(outlook, collapseKey)),
    state,
    reason: state === outlook.shown ? outlook.reason : (outlook.ownReason ?? before?.reason ?? null),
  };
  const importance = own ?? shown;
  alert.importance = rank(importance) > rank(alert.importance) ? importance : alert.importance;
  const told: Told[] = [];
  const unsaid: { quiet: Quiet; told: Told }[] = [];

  if (rank(own) > rank(alert.told) && own !== null) {
    const turn = alert.told === null ? 'opened' : 'worse';
    const news: Told = { family: 'state', turn, importance: own, state, reason: alert.reason, to: 'subscribers' };
    if (suppressed) unsaid.push({ quiet: suppressed, told: news });
    else {
      told.push(news);
      alert.told = own;
      alert.toldAt ??= now;
    }
  } else if (alert.told !== null && rank(own) < rank(alert.told)) {
    alert.told = own;
    const news = { family: 'state', turn: 'better', importance: own ?? 'info', state: outlook.own } as const;
    told.push({ ...news, reason: own === null ? null : alert.reason, to: 'told' });
  }

  if (isInherited && rank(shown) > rank(alert.toldInherited)) {
    const turn = alert.toldInherited === null ? 'opened' : 'worse';
    const news = { turn, importance: shown, state: outlook.shown, reason: outlook.reason, to: 'subscribers' } as const;
    if (suppressed) unsaid.push({ quiet: suppressed, told: { family: 'dependency', ...news } });
    else {
      told.push({ family: 'dependency', ...news });
      alert.toldInherited = shown;
      alert.toldInheritedAt ??= now;
    }
    unsaid.push({ quiet: inheritedQuiet(outlook), told: { family: 'state', ...news } });
  }
  const kept = unsaid[0] ?? null;
  const isNew = kept !== null && !isKeptAlready(alert, kept);
  if (kept) alert.quiet = { ...kept.quiet, importance: kept.told.importance };
  // Inherited trouble stays told to nobody who asked for the system's own.
  else if (!isInherited || own !== null) alert.quiet = null;
  return { alert, told, kept: isNew ? kept.told : null };
}

function newAlert({ shown, reason, since }: SystemOutlook, collapseKey: string): AlertNow {
  return {
    id: randomUUID(),
    collapseKey,
    state: shown,
    reason,
    importance: 'info',
    openedAt: since,
    told: null,
    toldInherited: null,
    toldAt: null,
    toldInheritedAt: null,
    quiet: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    endedAt: null,
  };
}

/** Who was told that it is down is told that it is well. */
function endAlert(before: AlertNow, { since }: SystemOutlook): Step {
  const alert: AlertNow = { ...before, endedAt: since > before.openedAt ? since : before.openedAt };
  const recovered = { turn: 'recovered', importance: 'info', state: 'healthy', reason: null, to: 'told' } as const;
  const told: Told[] = [];
  if (before.toldAt) told.push({ family: 'state', ...recovered });
  if (before.toldInheritedAt) told.push({ family: 'dependency', ...recovered });
  return { alert, told, kept: null };
}

function inheritedQuiet({ causes }: SystemOutlook): Quiet {
  const [first] = causes;
  const from = first ? `from ${first.system.name}` : 'from a system that it depends on';
  return {
    kind: 'dependency',
    id: first?.system.id ?? null,
    text: `Kept quiet because it only inherits this ${from}: its own checks say nothing of the kind.`,
  };
}

function isKeptAlready({ quiet }: AlertNow, kept: { quiet: Quiet; told: Told }): boolean {
  return (
    quiet !== null &&
    quiet.kind === kept.quiet.kind &&
    quiet.id === kept.quiet.id &&
    rank(quiet.importance) >= rank(kept.told.importance)
  );
}
