// Lets faults happen, one after another and some at once, none of two on the same thing.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { kinds } from './faults.mjs';
import { moods } from './target.mjs';

const longestPauseMs = 2_500;
const moodForMs = 2_500;

/** Answers how often each kind happened, and what each fault was, in order. */
export async function storm(world, { seconds, chance, say }) {
  const counts = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  const busy = new Set();
  const underway = new Set();
  const endsAt = performance.now() + seconds * 1000;
  // The first round is over well before the end, however short the time is.
  const pauseMs = Math.min(longestPauseMs, (seconds * 1000 * 0.75) / Object.keys(kinds).length);
  const weather = setInterval(() => changeMood(world, chance), moodForMs / world.catalog.checks.size);
  const began = performance.now();

  async function strike(kind, on) {
    const at = ((performance.now() - began) / 1000).toFixed(1);
    say(`${at.padStart(6)} s  ${kind}: ${on.name}`);
    try {
      await kinds[kind].strike(on, chance, world);
      counts[kind] += 1;
    } finally {
      for (const name of namesOf(on)) busy.delete(name);
    }
  }

  const failures = [];
  try {
    for (let round = 0; performance.now() < endsAt; round++) {
      for (const kind of orderOf(chance, round === 0)) {
        if (performance.now() >= endsAt) break;
        const on = await freeSubject(kind, world, chance, busy);
        for (const name of namesOf(on)) busy.add(name);
        const work = strike(kind, on)
          .catch((error) => failures.push(`${kind}: ${error.message}`))
          .finally(() => underway.delete(work));
        underway.add(work);
        await delay(pauseMs);
      }
    }
    await Promise.all(underway);
  } finally {
    clearInterval(weather);
  }
  return { counts, failures };
}

function orderOf(chance, isFirst) {
  const order = chance.shuffled(Object.keys(kinds));
  return isFirst
    ? [...order.filter((kind) => kinds[kind].isLong), ...order.filter((kind) => !kinds[kind].isLong)]
    : order;
}

const namesOf = ({ name, others = [] }) => [name, ...others];

async function freeSubject(kind, world, chance, busy) {
  for (;;) {
    const free = kinds[kind].subjects(world).filter((on) => namesOf(on).every((name) => !busy.has(name)));
    if (free.length > 0) return chance.pick(free);
    await delay(100);
  }
}

function changeMood({ catalog, target }, chance) {
  const [path, { isLoud }] = chance.pick([...catalog.checks]);
  // Only an answer with a body makes a large record.
  target.set(path, chance.pick(isLoud ? moods.filter((mood) => mood === 'well' || mood === 'ill') : moods));
}
