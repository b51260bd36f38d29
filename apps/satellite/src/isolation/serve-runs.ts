// The side of the probe: a process that runs one isolated probe at a time for the satellite that started it.
import { writeFileSync } from 'node:fs';
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import { claimStrayError, NetworkPolicy, runProbe } from '@checkstack/plugin-sdk/runtime';
import type { FromProbe, IsolatedRun, ToProbe } from './messages.js';
import { startWatchdog } from './watchdog.js';

const maxBytesArgument = 3;

/** Serves until the satellite ends this process, or is gone. */
export async function serveRuns(probes: ReadonlyMap<string, ProbeDefinition>): Promise<void> {
  const parent = process.ppid;
  process.on('disconnect', () => process.exit());
  // When the machine runs out of memory, the system ends this process and not the satellite.
  if (process.platform === 'linux') attempt(() => writeFileSync('/proc/self/oom_score_adj', '1000'));
  await startWatchdog(parent, Number(process.argv[maxBytesArgument]));
  process.on('uncaughtException', (error) => {
    const stray = claimStrayError(error);
    // Not to be told whose it is: better none than a run that reports another one's error.
    if (stray === null) process.exit(1);
    if (!stray.isReported) send({ kind: 'stray', text: stray.text });
  });
  const cancels = new Map<number, AbortController>();
  process.on('message', (message: ToProbe) => {
    if (message.kind === 'cancel') return cancels.get(message.id)?.abort();
    const cancel = new AbortController();
    cancels.set(message.id, cancel);
    void carryOut(probes, message, cancel.signal).then(() => cancels.delete(message.id));
  });
  send({ kind: 'ready' });
}

async function carryOut(
  probes: ReadonlyMap<string, ProbeDefinition>,
  { id, probe: kind, request, timeoutMs, rules }: IsolatedRun,
  signal: AbortSignal,
): Promise<void> {
  const probe = probes.get(kind);
  // The program on the disk may be another one by now.
  if (probe === undefined) process.exit(1);
  const outcome = await runProbe(probe, {
    ...request,
    timeoutMs,
    signal,
    policy: new NetworkPolicy(rules),
    onLog: (line) => send({ kind: 'log', id, line }),
  });
  send({ kind: 'outcome', id, outcome });
}

/** A satellite that is gone ends this process anyway. */
function send(message: FromProbe): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // A sandbox may forbid it.
  }
}
