import type { LiveMessage, LogLine, TestRun } from '@checkstack/api';

export function hasEnded({ status }: TestRun): boolean {
  return status !== 'waiting' && status !== 'running';
}

/** The test run with what a message adds. Lines that were read already may come once more. */
export function follow(run: TestRun, message: LiveMessage): TestRun {
  if (message.type !== 'test-run' || message.id !== run.id) return run;
  if (message.testRun) return message.testRun;
  if (hasEnded(run)) return run;
  const known = new Set(run.log.map(keyOf));
  const fresh = message.log.filter((line) => !known.has(keyOf(line)));
  return { ...run, status: 'running', log: [...run.log, ...fresh].sort((left, right) => left.atMs - right.atMs) };
}

function keyOf({ atMs, text }: LogLine): string {
  return `${atMs} ${text}`;
}
