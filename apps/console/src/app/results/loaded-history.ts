import { computed, inject } from '@angular/core';
import { routes, type History } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';
import { Clock } from '../ui/clock.js';
import { readRange } from '../ui/time-range.js';
import { runsOf, topicOf, type Subject } from './subject.js';

const points = 160;
/** A window that ends now moves on at least this often, so that a silence becomes visible. */
const slideMs = 30_000;

/** Latency and verdicts of a subject over the range of the address, kept up with what arrives. */
export function loadedHistory(subject: () => Subject, range: () => string | undefined): Loaded<History> {
  const api = inject(Api);
  const clock = inject(Clock);
  const isLive = computed(() => readRange(range(), 0).isLive);
  const slide = computed(() => (isLive() ? Math.floor(clock.now() / slideMs) : 0));
  const params = computed(() => ({ subject: subject(), range: range(), slide: slide() }));
  return loaded({
    params,
    load: ({ subject: asked, range: text }, signal) => {
      const { from, to } = readRange(text, Date.now());
      const query = { ...asked, from: new Date(from).toISOString(), to: new Date(to).toISOString(), points };
      return api.call(routes.results.history, { query, signal });
    },
    topics: ({ subject: asked }) => [topicOf(asked)],
    patch: (history, message) => (isLive() && runsOf(message, subject()).length > 0 ? 'reload' : history),
    gatherMs: 1000,
  });
}
