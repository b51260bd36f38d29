// A rule of RFC 5545 as people choose it, and in plain words.

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
export type Weekday = (typeof weekdays)[number];
export const weekdayNames: Record<Weekday, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
export const ordinals = ['1', '2', '3', '4', '-1'] as const;
export type Ordinal = (typeof ordinals)[number];
export const ordinalWords: Record<Ordinal, string> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', '-1': 'last' };

export interface RecurrenceDraft {
  /** `rule`: written by hand. */
  every: 'day' | 'week' | 'month' | 'year' | 'rule';
  interval: number;
  /** Of a week; none: the day of the first one. */
  days: readonly Weekday[];
  /** Of a month: the same day of the month as the first one, its last day, or the second Tuesday. */
  monthly: 'date' | 'last-day' | 'weekday';
  ordinal: Ordinal;
  weekday: Weekday;
  ends: 'never' | 'until' | 'count';
  /** `2030-01-31`, that day too. */
  until: string;
  count: number;
  rule: string;
}

const frequencies = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY', year: 'YEARLY' } as const;
const units = { day: 'day', week: 'week', month: 'month', year: 'year' } as const;

export const freshDraft: RecurrenceDraft = {
  every: 'week',
  interval: 1,
  days: [],
  monthly: 'date',
  ordinal: '1',
  weekday: 'MO',
  ends: 'never',
  until: '',
  count: 10,
  rule: '',
};

export function writeRule(draft: RecurrenceDraft): string {
  if (draft.every === 'rule')
    return draft.rule
      .trim()
      .replace(/^RRULE:/i, '')
      .toUpperCase();
  const parts: string[] = [`FREQ=${frequencies[draft.every]}`];
  if (draft.interval > 1) parts.push(`INTERVAL=${draft.interval}`);
  if (draft.every === 'week' && draft.days.length > 0)
    parts.push(`BYDAY=${weekdays.filter((day) => draft.days.includes(day)).join(',')}`);
  if (draft.every === 'month' && draft.monthly === 'last-day') parts.push('BYMONTHDAY=-1');
  if (draft.every === 'month' && draft.monthly === 'weekday') parts.push(`BYDAY=${draft.ordinal}${draft.weekday}`);
  if (draft.ends === 'count') parts.push(`COUNT=${draft.count}`);
  if (draft.ends === 'until' && draft.until) parts.push(`UNTIL=${draft.until.replaceAll('-', '')}`);
  return parts.join(';');
}

/** What of it can be chosen is; any other rule stays as it is written. */
export function readRule(rule: string): RecurrenceDraft {
  const draft = { ...freshDraft, ...chosenIn(rule) };
  return inOrder(writeRule(draft)) === inOrder(rule) ? draft : { ...freshDraft, every: 'rule', rule };
}

/** The same rule is written in many orders. */
function inOrder(rule: string): string {
  const parts = rule.split(';').map((part) => {
    const [name, values = ''] = part.split('=', 2);
    return `${name}=${values.split(',').sort().join(',')}`;
  });
  return parts.sort().join(';');
}

function chosenIn(rule: string): Partial<RecurrenceDraft> {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const every = (Object.keys(frequencies) as (keyof typeof frequencies)[]).find(
    (unit) => frequencies[unit] === parts.get('FREQ'),
  );
  if (!every) return {};
  const [, ordinal, weekday] = /^(-?\d)([A-Z]{2})$/.exec(parts.get('BYDAY') ?? '') ?? [];
  const until = /^(\d{4})(\d\d)(\d\d)$/.exec(parts.get('UNTIL') ?? '');
  return {
    every,
    interval: Number(parts.get('INTERVAL') ?? 1),
    ...(every === 'week' && { days: (parts.get('BYDAY') ?? '').split(',').filter(Boolean) as Weekday[] }),
    ...(parts.get('BYMONTHDAY') === '-1' && { monthly: 'last-day' as const }),
    ...(ordinal !== undefined &&
      every === 'month' && { monthly: 'weekday' as const, ordinal: ordinal as Ordinal, weekday: weekday as Weekday }),
    ...(parts.has('COUNT') && { ends: 'count' as const, count: Number(parts.get('COUNT')) }),
    ...(until && { ends: 'until' as const, until: until.slice(1).join('-') }),
  };
}

/** “Every 2 weeks on Monday and Friday, until 31 Jan 2030”. What cannot be said so is shown as it is written. */
export function recurrenceWords(rule: string): string {
  const draft = readRule(rule);
  if (draft.every === 'rule') return `By the rule ${draft.rule}`;
  const unit = units[draft.every];
  const how = draft.interval === 1 ? `Every ${unit}` : `Every ${draft.interval} ${unit}s`;
  return `${how}${dayWords(draft)}${endWords(draft)}`;
}

function dayWords({ every, days, monthly, ordinal, weekday }: RecurrenceDraft): string {
  if (every === 'week' && days.length > 0)
    return ` on ${listed(weekdays.filter((day) => days.includes(day)).map((day) => weekdayNames[day]))}`;
  if (every !== 'month' || monthly === 'date') return '';
  return monthly === 'last-day' ? ' on its last day' : ` on the ${ordinalWords[ordinal]} ${weekdayNames[weekday]}`;
}

function endWords({ ends, until, count }: RecurrenceDraft): string {
  if (ends === 'count') return count === 1 ? ', once' : `, ${count} times`;
  if (ends !== 'until') return '';
  const day = new Date(`${until}T12:00:00Z`);
  return `, until ${day.toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}`;
}

function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : (words[0] ?? '');
}
