// When a maintenance recurs. The rule is followed on the wall's clock, whose time of day it keeps; each lasts as long as the first.
import { RRuleTemporal } from 'rrule-temporal';
import { invalidField } from '../problems.js';
import { instantOf, isTimeZone, wallTimeOf } from '@checkstack/api';

export interface Recurrence {
  /** RFC 5545 §3.3.10, once a day at most. */
  rule: string;
  timeZone: string;
  /** The first one. */
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
/** Of which the next ones are looked at for overlaps. */
const provenAhead = 60;
/** Enough for 29 February once in eight years; a rule that never comes true is given up. */
const mostSteps = 4_000;

const partPattern = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,3}$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYMONTH: /^([1-9]|1[0-2])(,([1-9]|1[0-2])){0,11}$/,
  BYMONTHDAY: /^-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01])){0,30}$/,
  BYYEARDAY: /^-?\d{1,3}(,-?\d{1,3}){0,99}$/,
  BYWEEKNO: /^-?\d{1,2}(,-?\d{1,2}){0,52}$/,
  BYDAY: /^(-?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,(-?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)){0,20}$/,
  BYSETPOS: /^-?\d{1,3}(,-?\d{1,3}){0,20}$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
} as const;

/** When it begins, the first ones first, after the given time and at most so many. Throws where the rule never comes true. */
export function beginsAfter(recurrence: Recurrence, afterMs: number, count: number): number[] {
  const { timeZone } = recurrence;
  // A rule knows no parts of seconds.
  const fromMs = Math.floor(recurrence.fromMs / 1000) * 1000;
  const rule = ruleOf(recurrence);
  const begins: number[] = [];
  // Clocks that were put back show earlier what is later.
  let wall = rule.next(new Date(wallTimeOf(Math.max(afterMs, fromMs - 1), timeZone) - dayMs), true);
  while (wall && begins.length < count) {
    const begin = instantOf(wall.epochMilliseconds, timeZone);
    if (begin > afterMs && begin >= fromMs) begins.push(begin);
    wall = rule.next(new Date(wall.epochMilliseconds));
  }
  return begins;
}

/** Throws a HubProblem for what cannot be followed, never comes true after the given time, or overlaps itself. */
export function refuseBadRecurrence(recurrence: Recurrence, afterMs: number): void {
  if (!isTimeZone(recurrence.timeZone))
    throw invalidField('timeZone', 'There is no such time zone; one is called Europe/Berlin, for example.');
  refuseBadParts(recurrence.rule);
  const begins = proven(() => beginsAfter(recurrence, afterMs, provenAhead));
  if (begins.length === 0) throw invalidField('rule', 'By this rule there is none ahead.');
  const lengthMs = recurrence.toMs - recurrence.fromMs;
  if (begins.some((begin, index) => begin + lengthMs > (begins[index + 1] ?? Infinity)))
    throw invalidField('to', 'They would overlap: the next one begins before this one is over.');
}

function refuseBadParts(rule: string): void {
  const seen = new Set<string>();
  for (const part of rule.split(';')) {
    const [name = '', value = ''] = part.split('=', 2);
    const pattern = Object.hasOwn(partPattern, name) ? partPattern[name as keyof typeof partPattern] : undefined;
    if (!pattern)
      throw invalidField('rule', `${name || 'Nothing'} is no part of a rule that recurs once a day at most.`);
    if (seen.has(name) || !pattern.test(value) || part !== `${name}=${value}`)
      throw invalidField('rule', `${part} is not right.`);
    seen.add(name);
  }
  if (!seen.has('FREQ')) throw invalidField('rule', 'A rule says how often: FREQ=WEEKLY, for example.');
  if (seen.has('COUNT') && seen.has('UNTIL')) throw invalidField('rule', 'Give COUNT or UNTIL, not both.');
}

function proven<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = (error as Error).message;
    throw invalidField(
      'rule',
      /^Maximum|Out-of-bounds/.test(message) ? 'This never comes true.' : `This is not a rule: ${message}`,
    );
  }
}

/** On the wall, where every day has 24 hours. */
function ruleOf({ rule, timeZone, fromMs }: Recurrence): RRuleTemporal {
  return new RRuleTemporal({
    rruleString: `DTSTART:${compact(wallTimeOf(fromMs, timeZone))}\nRRULE:${withWallUntil(rule, timeZone)}`,
    maxIterations: mostSteps,
  });
}

/** UNTIL names an instant, or a time or the end of a day on the wall. */
function withWallUntil(rule: string, timeZone: string): string {
  return rule.replace(
    /\bUNTIL=(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?/,
    (_, year, month, day, hour, minute, second, zulu) => {
      const digits = Date.UTC(
        Number(year),
        Number(month) - 1,
        Number(day),
        Number(hour ?? 23),
        Number(minute ?? 59),
        Number(second ?? 59),
      );
      return `UNTIL=${compact(zulu === 'Z' ? wallTimeOf(digits, timeZone) : digits)}`;
    },
  );
}

function compact(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, '');
}
