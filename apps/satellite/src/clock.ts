import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const processBeganMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** The machine's monotonic clock, in milliseconds: comparable between the processes of one boot. */
export function monotonicNow(): number {
  return processBeganMs + performance.now();
}

/** Changes with every boot of the machine: monotonic times compare within one only. */
export const bootId = readBootId();

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomUUID();
  }
}

/**
 * The hub's time, kept by the monotonic clock: a wall clock that jumps neither stops the schedule nor makes time run
 * backwards. Until the first Welcome it starts from what an earlier process of this boot knew, or from the wall clock.
 */
export class Clock {
  /** Of this time to the monotonic clock. */
  offsetMs = Date.now() - monotonicNow();

  /** Unix milliseconds. */
  now(): number {
    return this.offsetMs + monotonicNow();
  }

  /** Takes the hub's time over; answers by how much the time moved. */
  set(hubTimeMs: number): number {
    const moved = hubTimeMs - this.now();
    this.offsetMs += moved;
    return moved;
  }
}
