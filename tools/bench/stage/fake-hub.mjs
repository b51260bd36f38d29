// A hub without a database, for one satellite under measurement: sends its roster, acknowledges, and counts.
import { setTimeout as delay } from 'node:timers/promises';
import { FakeHub, sampleJob, sampleSlice } from '../../../libs/link/dist/testing/index.js';
import { answering } from './answering.mjs';

const assertionsJson = JSON.stringify([
  { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' },
  { fact: 'totalMs', operator: 'at_most', value: 2_000, severity: 'degraded' },
]);

answering(async () => {
  const hub = await FakeHub.start();
  let seen = 0;
  const isScheduled = ({ kind, attempt }) => kind === 'result' && attempt === 0;

  return {
    address: () => ({ hubUrl: hub.url, token: hub.token }),

    /** So many http checks of the target from now on. */
    roster({ count, everyMs, target }) {
      const schedule = { kind: 'interval', intervalMs: everyMs };
      const slices = Array.from({ length: count }, (_, index) =>
        sampleSlice({
          job: sampleJob({
            configJson: JSON.stringify({ url: `${target}/${index}` }),
            collectors: [{ name: 'response', configJson: '{}', assertionsJson }],
          }),
          schedule,
          labels: { system: `System ${index % 100}`, check: `Check ${index}` },
        }),
      );
      hub.sendRoster(slices, 'whole');
    },

    /** Resolves when each slice has a result from `sinceMs` on: when the last of those first runs began. */
    async everyoneRan({ sinceMs, withinMs }) {
      for (const until = Date.now() + withinMs; ; await delay(100)) {
        const first = new Map();
        for (const { kind, slice, startedAtMs } of hub.records)
          if (kind === 'result' && startedAtMs >= sinceMs && !first.has(slice)) first.set(slice, startedAtMs);
        const began = [...hub.roster.slices.keys()].map((slice) => first.get(slice));
        const missing = began.filter((atMs) => atMs === undefined).length;
        if (missing === 0) return Math.max(...began);
        if (Date.now() > until) throw new Error(`${missing} of ${began.length} slices have not run.`);
      }
    },

    /** Of the records since the last call: how many, how late scheduled runs began, what was wrong. */
    take() {
      const records = hub.records.slice(seen);
      seen = hub.records.length;
      const results = records.filter(({ kind }) => kind === 'result');
      return {
        results: results.length,
        unwell: results.filter(({ verdict }) => verdict !== 'healthy').length,
        missed: records.reduce((sum, { kind, count }) => (kind === 'gap' ? sum + count : sum), 0),
        lateMs: records.filter(isScheduled).map(({ startedAtMs, slotMs }) => startedAtMs - slotMs),
      };
    },
  };
});
