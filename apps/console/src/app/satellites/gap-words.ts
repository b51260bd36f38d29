import type { SatelliteGap } from '@checkstack/api';
import { fullTime, shortTime, spanWords } from '../ui/time.js';

const reasons: Record<string, string> = {
  clock: 'the clock was set, and these slots were passed over',
  not_held: 'the satellite no longer had them when the hub asked again',
  not_yet_held: 'the change of the check had not reached the satellite yet',
  satellite_offline: 'the satellite was offline',
  satellite_stopped: 'the satellite was not running',
  satellite_suspended: 'the satellite’s process or machine stood still',
  spool_age: 'the results grew too old before the hub could be reached',
  spool_damaged: 'the spool file that held the results is damaged',
  spool_full: 'the spool was full, and the oldest results were dropped',
};

/** Why there is nothing, in words; a reason of a newer satellite as it is. */
export function gapReason(reason: string): string {
  return reasons[reason] ?? reason.replaceAll('_', ' ');
}

/** “12:03:00 – 12:05:00”, with the date when it was not today. */
export function gapTime({ from, to }: Pick<SatelliteGap, 'from' | 'to'>, now: number): string {
  const [start, end] = [shortTime(from, now), shortTime(to, now)];
  return start === end ? start : `${start} – ${end}`;
}

export function gapTitle({ from, to }: Pick<SatelliteGap, 'from' | 'to'>): string {
  const length = Date.parse(to) - Date.parse(from);
  return length === 0 ? fullTime(from) : `${fullTime(from)} – ${fullTime(to)} (${spanWords(length)})`;
}

/** “front page and 2 other checks” is in the page; this is “1 run of 3 checks”. */
export function gapAmount({ runs, checkCount }: Pick<SatelliteGap, 'runs' | 'checkCount'>): string {
  const count = (amount: number, word: string): string =>
    `${amount.toLocaleString()} ${word}${amount === 1 ? '' : 's'}`;
  return `${count(runs, 'run')} of ${count(checkCount, 'check')}`;
}
