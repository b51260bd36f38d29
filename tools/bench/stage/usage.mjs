// What processes cost, read from /proc: processor time and resident memory.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Processor seconds of a process since it began, all its threads together; 0 when it is gone. */
export function cpuSeconds(pid) {
  return timesOf(pid).own;
}

/** Of a process and all that it started, those that ended too. */
export function cpuSecondsOfTree(pid) {
  const { own, ended } = timesOf(pid);
  return childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOfTree(child), own + ended);
}

export function residentMegabytes(pid) {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return (Number(kilobytes) * 1024) / 1e6;
}

/** Percent of one core, by name, that each of these processes took while `work` ran. Trees are PostgreSQL's kin. */
export async function loadWhile(work, { pids = {}, trees = {} }) {
  const seconds = () => ({
    ...mapped(pids, cpuSeconds),
    ...mapped(trees, cpuSecondsOfTree),
  });
  const before = seconds();
  const beganAt = process.hrtime.bigint();
  const answer = await work();
  const tookSeconds = Number(process.hrtime.bigint() - beganAt) / 1e9;
  const after = seconds();
  const percent = mapped(after, (value, name) => (100 * (value - before[name])) / tookSeconds);
  return { answer, tookSeconds, percent };
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

/** `own`: user and system time; `ended`: that of children that were waited for. */
function timesOf(pid) {
  // The name in brackets may hold anything; times stand at fixed places after it (proc(5)).
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1).split(' ').map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { own: (user + system) / ticksPerSecond, ended: (endedUser + endedSystem) / ticksPerSecond };
}

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => Number(read(`/proc/${name}/stat`).split(') ').at(-1).split(' ')[1]) === parent)
    .map(Number);
}

/** Empty when the process is gone. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
