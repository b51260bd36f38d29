// Looks at one hub process for a while: processor, memory, event loop, database connections.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { databaseUrlOf } from './fleet.mjs';

const everyMs = 200;
/** Clock ticks of /proc are hundredths of a second on Linux. */
const ticksPerSecond = 100;

export function watchHub(pid, operator, home) {
  const most = { residentMb: 0, percent: 0, connections: 0, waiting: 0, loopMs: 0 };
  const keep = (name, figure) => (most[name] = Math.max(most[name], figure));
  const pool = new pg.Pool({ connectionString: databaseUrlOf(home), max: 1, application_name: 'measure' });
  pool.on('error', () => undefined);
  let isOver = false;
  let before = { at: performance.now(), ticks: ticksOf(pid) };
  const first = before;

  async function watch() {
    for (let look = 0; !isOver; look++) {
      const { rows } = await pool.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'measure'`,
      );
      keep('connections', rows[0].count);
      keep('residentMb', Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000);
      if (look % (1000 / everyMs) === 0) await lookAtMetrics();
      await delay(everyMs);
    }
  }

  async function lookAtMetrics() {
    const now = { at: performance.now(), ticks: ticksOf(pid) };
    if (now.at > before.at + 500) keep('percent', percentBetween(before, now));
    before = now;
    const text = await operator.text('/metrics');
    const figure = (pattern) => Number(pattern.exec(text)?.[1] ?? NaN);
    keep('loopMs', figure(/^nodejs_eventloop_lag_max_seconds (\S+)/m) * 1000);
    keep('waiting', figure(/^checkstack_database_connections\{state="waiting"\} (\S+)/m));
  }

  const watching = watch();
  return {
    async end() {
      isOver = true;
      await watching;
      return {
        'processor of the hub, s': ((ticksOf(pid) - first.ticks) / ticksPerSecond).toFixed(1),
        'processor of the hub, most % of one core': most.percent.toFixed(0),
        'resident memory of the hub, most MB': most.residentMb.toFixed(0),
        'event loop of the hub, longest ms': most.loopMs.toFixed(0),
        'database connections, most': most.connections,
        'waiting for one, most at a look': most.waiting,
      };
    },
    /** How many slots lie in gaps; the last question. */
    async gaps() {
      const { rows } = await pool.query(
        `SELECT coalesce(sum(count), 0)::int AS count FROM gaps WHERE reason <> 'not_yet_held'`,
      );
      await pool.end();
      return rows[0].count;
    },
  };
}

const percentBetween = (from, to) => ((to.ticks - from.ticks) / ticksPerSecond / ((to.at - from.at) / 1000)) * 100;

function ticksOf(pid) {
  // Behind the name in brackets, which may hold anything: user and system time.
  const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return Number(words[11]) + Number(words[12]);
}
