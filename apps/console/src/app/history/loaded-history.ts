import { computed, inject } from '@angular/core';
import { routes, type History, type HistoryBy } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';
import { runsOf, topicOf, type Subject } from '../results/subject.js';
import { Clock } from '../ui/clock.js';
import { readRange } from '../ui/time-range.js';

export interface HistoryAsked {
  subject: Subject;
  /** As in the address. */
  range: string | undefined;
  by?: HistoryBy;
  /** So many buckets at most. */
  points?: number;
  /** `collector.fact` */
  fact?: string;
  assertions?: boolean;
  totals?: boolean;
}

const usualPoints = 160;
/** A window that ends now moves on at least this often, so that a silence becomes visible. */
const leastSlideMs = 30_000;
/** A longer window does not change visibly with each run. */
const followedMs = 86_400_000;

/** Latency, verdicts and what else is asked for over the range of the address, kept up with what arrives. */
export function loadedHistory(asked: () => HistoryAsked | undefined): Loaded<History> {
  const api = inject(Api);
  const clock = inject(Clock);
  const window = computed(() => readRange(asked()?.range, 0));
  const slide = computed(() => {
    const { from, to, isLive } = window();
    return isLive ? Math.floor(clock.now() / Math.max(leastSlideMs, (to - from) / (usualPoints * 2))) : 0;
  });
  const params = computed(() => {
    const given = asked();
    return given && { ...given, slide: slide() };
  });
  return loaded({
    params,
    load: ({ subject, range, by, points, fact, assertions, totals }, signal) => {
      const { from, to } = readRange(range, Date.now());
      const query = {
        ...subject,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        points: points ?? usualPoints,
        ...(by ? { by } : {}),
        ...(fact ? { fact } : {}),
        ...(assertions ? { assertions: 'true' as const } : {}),
        ...(totals ? { totals: 'true' as const } : {}),
      };
      return api.call(routes.results.history, { query, signal });
    },
    topics: ({ subject }) => [topicOf(subject)],
    patch: (history, message) => {
      const { from, to, isLive } = window();
      const isFollowed = isLive && to - from <= followedMs;
      return isFollowed && runsOf(message, asked()?.subject ?? {}).length > 0 ? 'reload' : history;
    },
    gatherMs: 1000,
  });
}
