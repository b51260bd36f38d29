import { computed, linkedSignal, signal, type Signal } from '@angular/core';
import type { Schedule } from '@checkstack/api';
import { Cron } from 'croner';

export const units = { seconds: 1, minutes: 60, hours: 3600 } as const;
export type Unit = keyof typeof units;

const longestSeconds = 86_400;

/** When a check runs, while it is written: the other way of saying it is kept. */
export class ScheduleDraft {
  /** Of its controls in the document. */
  readonly id = 'schedule';
  readonly way = signal<'every' | 'cron'>('every');
  readonly count = signal('1');
  readonly unit = signal<Unit>('minutes');
  readonly cron = signal('*/5 * * * *');
  readonly timeZone = signal(Intl.DateTimeFormat().resolvedOptions().timeZone);

  readonly everySeconds = computed(() => Number(this.count()) * units[this.unit()]);
  readonly value: Signal<Schedule> = computed(() =>
    this.way() === 'every'
      ? { everySeconds: this.everySeconds() }
      : { cron: this.cron().trim(), timeZone: this.timeZone().trim() },
  );
  readonly refusal = linkedSignal({ source: () => this.value(), computation: () => '' });
  readonly complaint = computed(() => {
    if (this.way() === 'cron') return readCron(this.cron(), this.timeZone()).complaint;
    const seconds = this.everySeconds();
    if (this.count().trim() === '' || !Number.isInteger(seconds)) return 'Write a whole number.';
    if (seconds < 1) return 'At least 1 second.';
    return seconds > longestSeconds ? 'At most 24 hours; use a cron expression for longer.' : '';
  });
  readonly error = computed(() => this.refusal() || this.complaint());

  constructor(given?: Schedule) {
    if (!given) return;
    if ('cron' in given) {
      this.way.set('cron');
      this.cron.set(given.cron);
      this.timeZone.set(given.timeZone ?? 'UTC');
      return;
    }
    const unit = (['hours', 'minutes'] as const).find((each) => given.everySeconds % units[each] === 0) ?? 'seconds';
    this.unit.set(unit);
    this.count.set(String(given.everySeconds / units[unit]));
  }

  /** The next times, by the clock of this browser; none for an interval, whose grid the satellite chooses. */
  nextRuns(howMany: number): readonly Date[] {
    return this.way() === 'cron' ? readCron(this.cron(), this.timeZone(), howMany).next : [];
  }
}

function readCron(cron: string, timezone: string, howMany = 1): { next: readonly Date[]; complaint: string } {
  if (cron.trim() === '') return { next: [], complaint: 'Write a cron expression, such as */5 * * * *.' };
  try {
    const next = new Cron(cron.trim(), { timezone: timezone.trim(), paused: true }).nextRuns(howMany);
    return { next, complaint: next.length === 0 ? 'This never comes round.' : '' };
  } catch (error) {
    const isZone = error instanceof RangeError || /time ?zone/i.test(String(error));
    return { next: [], complaint: isZone ? 'There is no such time zone.' : 'This is not a cron expression.' };
  }
}
