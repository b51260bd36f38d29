// Into which lines the slices of a subject can be parted.
import type { HistoryBy, Slice } from '@checkstack/api';
import type { Subject } from '../results/subject.js';
import type { Choice } from '../ui/choice-bar.js';

/** More single slices say nothing beside each other. */
const mostSlices = 24;
/** As many slices as the hub puts into one answer. */
export const mergedSlices = 2000;
/** As many lines as the hub answers. */
export const mostLines = 200;

/** The parts that differ; the first is all of them as one line. */
export function partings(subject: Subject, slices: readonly Slice[]): Choice<HistoryBy>[] {
  const differs = (part: (slice: Slice) => string | undefined) => new Set(slices.map(part)).size > 1;
  const whole: Choice<HistoryBy> = { value: subject.checkId ? 'check' : 'system', label: 'All together' };
  const offered: (Choice<HistoryBy> & { isUseful: boolean })[] = [
    { value: 'location', label: 'By location', isUseful: differs(({ location, place }) => location?.id ?? place) },
    { value: 'environment', label: 'By environment', isUseful: differs(({ environment }) => environment?.id) },
    { value: 'system', label: 'By system', isUseful: differs(({ system }) => system.id) },
    { value: 'check', label: 'By check', isUseful: !subject.checkId && differs(({ check }) => check.id) },
    { value: 'slice', label: 'Each slice', isUseful: slices.length > 1 && slices.length <= mostSlices },
  ];
  const useful = offered.filter(({ isUseful }) => isUseful).map(({ value, label }) => ({ value, label }));
  return [whole, ...useful];
}

/** What the address asks for, where it is offered; else all as one line. */
export function readParting(text: string | undefined, offered: readonly Choice<HistoryBy>[]): HistoryBy {
  return offered.find(({ value }) => value === text)?.value ?? offered[0]?.value ?? 'slice';
}

/** Two keys as they stand in the address. */
export function readCompared(text: string | undefined): [string, string] {
  const [first = '', second = ''] = (text ?? '').split('~');
  return [first, second];
}
