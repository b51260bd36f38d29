// A thread beside an isolated probe that ends its process when the satellite is gone, or when it takes too much memory:
// the probe may be spinning, or stand in a call that no timer interrupts.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the process says, on its standard error, before it dies for want of memory; V8 says so of its heap too. */
export const outOfMemory = /out of memory/i;

const source = `
const { parentPort, workerData: { parent, maxBytes } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
function end() {
  try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
}
function isAlone() {
  if (process.ppid !== parent) return true;
  try { process.kill(parent, 0); return false; } catch { return true; }
}
setInterval(() => {
  if (isAlone()) end();
  if (process.memoryUsage.rss() <= maxBytes) return;
  try { writeSync(2, 'out of memory'); } catch {}
  end();
}, 100);
parentPort.postMessage('watching');
`;

/** Resolves when it watches. */
export async function startWatchdog(parent: number, maxBytes: number): Promise<void> {
  const options = { eval: true, execArgv: [], workerData: { parent, maxBytes } };
  const watchdog = new Worker(source, { ...options, resourceLimits: { maxOldGenerationSizeMb: 16 } });
  watchdog.unref();
  await once(watchdog, 'message');
}
