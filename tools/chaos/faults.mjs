// Everything that goes wrong. Each kind names whom it befalls (a subject may need others left alone meanwhile: `others`),
// does its harm, and mends it.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { healthOf } from './ask.mjs';
import { doubledSatellites, loudSatellite, partitionedSatellites } from './catalog.mjs';

const patienceMs = 180_000;

const hubs = ({ hubs }) => hubs;
const satellites = ({ satellites }) => satellites;
const named = (names) => (world) => world.satellites.filter(({ name }) => names.includes(name));
const database = (world) => [Object.assign(world.database, { name: 'Database' })];
const checks = ({ catalog }) => [...catalog.checks.keys()].map((path) => ({ name: `check ${path}`, path }));
const anyone = () => [{ name: 'catalog' }];

/** Either of the two, with the other left alone. */
const pair = (world) =>
  named(partitionedSatellites)(world).map((satellite, _, both) => ({
    name: satellite.name,
    others: both.filter((other) => other !== satellite).map(({ name }) => name),
    both,
  }));

async function waitUntil(what, look) {
  for (const end = performance.now() + patienceMs; !(await look()); await delay(200))
    if (performance.now() > end) throw new Error(`${what} did not happen within ${patienceMs / 1000} s`);
}

const ms = (chance, least, most) => Math.round(chance.between(least, most));

function lineKinds(prefix, subjects) {
  const held = async ({ line }, ms) => {
    line.hold();
    await delay(ms);
    line.release();
  };
  const delayed = async ({ line }, ms, latencyMs) => {
    line.delay(latencyMs);
    await delay(ms);
    line.delay(0);
  };
  return {
    [`${prefix} line dropped`]: { subjects, strike: (on, chance) => held(on, ms(chance, 1_000, 9_000)) },
    [`${prefix} line delayed`]: {
      subjects,
      strike: (on, chance) => delayed(on, ms(chance, 2_000, 6_000), ms(chance, 50, 600)),
    },
    [`${prefix} line half-closed`]: { subjects, strike: async ({ line }) => line.halfClose() },
    [`${prefix} line cut`]: { subjects, strike: async ({ line }) => line.cut() },
  };
}

export const kinds = {
  // The long ones first: the first round begins with them.
  'satellite away': {
    subjects: named(doubledSatellites),
    isLong: true,
    strike: ({ part }, chance) => part.killedFor(ms(chance, 19_000, 24_000)),
  },
  'spool overflown': {
    subjects: named([loudSatellite]),
    isLong: true,
    async strike({ line }, chance) {
      line.hold();
      await delay(ms(chance, 20_000, 23_000));
      line.release();
    },
  },
  // Cut off from every hub it probes on, and so does the one that takes over: of each slot both ran, one run is stored.
  'satellite partitioned': {
    subjects: pair,
    isLong: true,
    async strike({ both }, chance) {
      const held = await Promise.all(both.map(async (satellite) => (await healthOf(satellite))?.slices ?? 0));
      const [cutOff, standIn] = held[0] > held[1] ? both : both.toReversed();
      cutOff.line.hold();
      cutOff.line.cut();
      try {
        const all = held[0] + held[1];
        await waitUntil('a takeover', async () => (await healthOf(standIn))?.slices >= all);
        await delay(ms(chance, 3_000, 6_000));
      } finally {
        cutOff.line.release();
      }
    },
  },
  'hub killed': { subjects: hubs, strike: ({ part }, chance) => part.killedFor(ms(chance, 0, 3_000)) },
  'hub frozen': { subjects: hubs, strike: ({ part }, chance) => part.frozenFor(ms(chance, 1_000, 9_000)) },
  'hub restarted': { subjects: hubs, strike: ({ part }) => part.restarted() },
  'satellite killed': { subjects: satellites, strike: ({ part }, chance) => part.killedFor(ms(chance, 0, 3_000)) },
  'satellite frozen': { subjects: satellites, strike: ({ part }, chance) => part.frozenFor(ms(chance, 500, 8_000)) },
  'satellite restarted': { subjects: satellites, strike: ({ part }) => part.restarted() },
  'database killed': { subjects: database, strike: (on) => on.kill() },
  'database frozen': { subjects: database, strike: (on, chance) => on.frozenFor(ms(chance, 500, 6_000)) },
  'database restarted': { subjects: database, strike: (on) => on.restart() },
  ...lineKinds('satellite', satellites),
  'satellite line garbled': { subjects: satellites, strike: async ({ line }) => line.garble() },
  // Not garbled: without TLS nothing on this line could tell a wrong byte.
  ...lineKinds('database', hubs),
  'spool disk filled': {
    subjects: satellites,
    async strike({ part }, chance) {
      limitFiles(part.pid, '0');
      await delay(ms(chance, 2_000, 6_000));
      limitFiles(part.pid, 'unlimited');
    },
  },
  // What was kept in memory meanwhile is gone, and has to be declared.
  'killed with a full disk': {
    subjects: satellites,
    async strike({ part }, chance) {
      limitFiles(part.pid, '0');
      await delay(ms(chance, 2_000, 5_000));
      await part.killedFor(500);
    },
  },
  'token rotated': {
    subjects: satellites,
    async strike(satellite, chance, { catalog }) {
      const overlapMinutes = chance.pick([0, 5]);
      const { token } = await catalog.operator.call('POST', `/satellites/${satellite.id}/token`, { overlapMinutes });
      satellite.tokens = [token, satellite.tokens[0]];
      await satellite.part.restarted();
    },
  },
  // Refused, it stops probing; what it missed it declares once it is given another one.
  'token revoked': {
    subjects: satellites,
    async strike(satellite, chance, { catalog }) {
      const { token } = await catalog.operator.call('POST', `/satellites/${satellite.id}/token`, { overlapMinutes: 0 });
      await delay(ms(chance, 1_000, 4_000));
      satellite.tokens = [token];
      await satellite.part.restarted();
    },
  },
  'check edited': {
    subjects: checks,
    strike: ({ path }, chance, { catalog }) => catalog.edit(path, String(ms(chance, 1, 1e9))),
  },
  'check paused': {
    subjects: checks,
    strike: ({ path }, chance, { catalog }) => catalog.pauseFor(path, () => delay(ms(chance, 500, 5_000))),
  },
  'check added': { subjects: anyone, strike: (_, __, { catalog }) => catalog.addCheck({}) },
};

/** Every write beyond the limit fails, as on a full disk. Both ways: a pipe is no file, so that the log goes on. */
function limitFiles(pid, limit) {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${limit}:unlimited`], { stdio: 'ignore' });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('prlimit (util-linux) is needed to fill a disk.', { cause: error });
  }
}
