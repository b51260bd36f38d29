import type { Satellite, SatelliteGauges, State } from '@checkstack/api';
import { bytesWords } from '../runs/fact-words.js';
import { durationWords, spanWords } from '../ui/time.js';

type Status = Satellite['status'];

export const statusWords: Record<Status, string> = {
  online: 'Online',
  offline: 'Offline',
  new: 'Never connected',
  disabled: 'Disabled',
};

/** How a status looks: as the state that worries as much. */
export const statusState: Record<Status, State> = {
  online: 'healthy',
  offline: 'unhealthy',
  new: 'unknown',
  disabled: 'unknown',
};

/** Beyond these, a gauge wants to be looked at. */
const oldSpoolMs = 60_000;
const wrongClockMs = 2000;
const busyCpu = 0.9;

export interface Gauge {
  label: string;
  value: string;
  /** What it says, and when it is bad. */
  meaning: string;
  tone: State | undefined;
  /** What of it is drawn over time. */
  of?: keyof SatelliteGauges;
}

export function clockWords(offsetMs: number): string {
  const ms = Math.abs(offsetMs);
  if (ms < 1) return 'exact';
  return `${durationWords(ms)} ${offsetMs > 0 ? 'behind' : 'ahead'}`;
}

export function spoolWords({ spoolRecords, spoolOldestAgeMs }: SatelliteGauges): string {
  return spoolRecords === 0 ? 'empty' : `${spoolRecords.toLocaleString()} · ${spanWords(spoolOldestAgeMs)}`;
}

/** Results that a satellite shipped and that are not in the history, by what became of them. */
export function odditiesOf({
  refusedResults,
  rejectedResults: { count, newest },
  supersededResults,
}: Pick<Satellite, 'refusedResults' | 'rejectedResults' | 'supersededResults'>): {
  label: string;
  count: number;
  meaning: string;
}[] {
  return [
    {
      label: 'Superseded',
      count: supersededResults,
      meaning: 'Another run of the same slot was stored before, as when a stand-in took over. Nothing is missing.',
    },
    {
      label: 'Refused',
      count: refusedResults - count,
      meaning: 'Of slices that it was never given, or too old. A copied machine or a restored database does this.',
    },
    {
      label: 'Rejected',
      count,
      meaning: `The database could not take them; the hub keeps them aside for 7 days.${newest ? ` The newest: ${newest.reason}.` : ''}`,
    },
  ].filter(({ count: amount }) => amount > 0);
}

/** What a satellite says of itself, in words that say why it matters. */
export function gaugesOf(gauges: SatelliteGauges): Gauge[] {
  const { clockOffsetMs, cpuFraction, lostRecords, residentBytes, roundTripMs, running, runsPerSecond } = gauges;
  const { slices, spoolBytes, spoolOldestAgeMs, spoolRecords } = gauges;
  const when = (isBad: boolean, tone: State): State | undefined => (isBad ? tone : undefined);
  return [
    {
      label: 'Slices held',
      value: String(slices),
      meaning: `What it has to run; ${running} under way now.`,
      tone: undefined,
    },
    {
      label: 'Runs per second',
      value: String(Number(runsPerSecond.toPrecision(3))),
      meaning: 'Over the last heartbeat.',
      tone: undefined,
      of: 'runsPerSecond',
    },
    {
      label: 'Spool',
      value: spoolRecords === 0 ? 'Empty' : `${spoolRecords.toLocaleString()} results`,
      meaning:
        spoolRecords === 0
          ? 'Everything it found is stored on the hub.'
          : `Not confirmed by the hub yet: ${bytesWords(spoolBytes)}, the oldest ${spanWords(spoolOldestAgeMs)} old.`,
      tone: when(spoolRecords > 0 && spoolOldestAgeMs > oldSpoolMs, 'degraded'),
      of: 'spoolRecords',
    },
    {
      label: 'Lost',
      value: lostRecords.toLocaleString(),
      meaning:
        lostRecords === 0
          ? 'No result had to be dropped.'
          : 'Results that its spool could not keep since it started; they are told below.',
      tone: when(lostRecords > 0, 'unhealthy'),
    },
    {
      label: 'Clock',
      value: clockWords(clockOffsetMs),
      meaning: 'Against the hub’s. Results are dated by both, so that a wrong clock does no harm.',
      tone: when(Math.abs(clockOffsetMs) > wrongClockMs, 'degraded'),
    },
    {
      label: 'Round trip',
      value: durationWords(roundTripMs),
      meaning: 'From it to the hub and back.',
      tone: undefined,
      of: 'roundTripMs',
    },
    {
      label: 'Memory',
      value: bytesWords(residentBytes),
      meaning: 'Resident, of its process.',
      tone: undefined,
      of: 'residentBytes',
    },
    {
      label: 'Processor',
      value: `${Math.round(cpuFraction * 100)} %`,
      meaning: 'Of one core. A full core makes its runs late.',
      tone: when(cpuFraction > busyCpu, 'degraded'),
      of: 'cpuFraction',
    },
  ];
}

/** How far the handing over of its checks is. */
export function drainingWords({ sliceCount, status }: Pick<Satellite, 'sliceCount' | 'status'>): string {
  const standing = status === 'online' ? 'It stays connected' : 'It is draining';
  if (sliceCount === 0) return `${standing} and has nothing to run: others run its checks until draining ends.`;
  const slices = sliceCount === 1 ? 'one slice that' : `${sliceCount} slices that`;
  return `${standing} and hands its checks to others. It keeps ${slices} no other satellite can run.`;
}
