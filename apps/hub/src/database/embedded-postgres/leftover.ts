// A hub that was killed may leave its PostgreSQL running, or a postmaster.pid whose number now means another process.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../../startup-error.js';

const POLL_MS = 20;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/** Stops the PostgreSQL that a killed hub left on this folder; to be called under the folder's lock. */
export async function stopLeftover(folder: string, log: (line: string) => void): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const [firstLine = '', ...rest] = text.split('\n');
  const pid = Number(firstLine);
  if (isPostgresOn(folder, pid)) {
    log(`stopping the PostgreSQL that an earlier hub left running (process ${pid})`);
    await stop(folder, pid);
  } else {
    // PostgreSQL takes any living process of this number (one reused after a restart, or a dead one nobody collected)
    // for a rival. It knows that its parent cannot be one; the rest of the file must stay, it guards the shared memory.
    await writeFile(pidFile, [process.pid, ...rest].join('\n'));
  }
}

async function stop(folder: string, pid: number): Promise<void> {
  const steps = [
    { signal: 'SIGINT', patienceMs: FAST_SHUTDOWN_MS },
    { signal: 'SIGQUIT', patienceMs: IMMEDIATE_SHUTDOWN_MS },
  ] as const;
  for (const { signal, patienceMs } of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between two looks, or not ours to stop: the look below tells which.
    }
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += POLL_MS) {
      if (!isPostgresOn(folder, pid)) return;
      await delay(POLL_MS);
    }
  }
  throw new StartupError(`PostgreSQL (process ${pid}) still runs on ${folder} and does not stop: stop it by hand.`);
}

function isPostgresOn(folder: string, pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && commandLine(pid).includes(folder);
}

/** Empty when there is no such process; one that ended but was not collected has no command line either. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
