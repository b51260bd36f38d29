import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Calls back with each line of a child's output. */
export function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', onLine);
}
