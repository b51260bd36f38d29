// What a heartbeat tells about this process.
import type { Gauges } from '@checkstack/link';

const clockWarningMs = 2_000;

/** What is measured between two heartbeats, and from their answers. */
export class Meter {
  clockOffsetMs = 0;
  roundTripMs = 0;
  private lastAt = performance.now();
  private lastCpu = process.cpuUsage();

  /** NTP's formula (RFC 5905 §8): offset of the hub's clock to this wall clock, and the time on the wire. */
  answered(reply: { sentAtMs: number; receivedAtMs: number; repliedAtMs: number }, arrivedAtMs: number): void {
    const { sentAtMs, receivedAtMs, repliedAtMs } = reply;
    this.clockOffsetMs = (receivedAtMs - sentAtMs + repliedAtMs - arrivedAtMs) / 2;
    this.roundTripMs = Math.max(0, arrivedAtMs - sentAtMs - (repliedAtMs - receivedAtMs));
  }

  take(
    runs: number,
  ): Pick<Gauges, 'runsPerSecond' | 'cpuFraction' | 'residentBytes' | 'clockOffsetMs' | 'roundTripMs'> {
    const now = performance.now();
    const elapsedMs = Math.max(1, now - this.lastAt);
    const { user, system } = process.cpuUsage(this.lastCpu);
    this.lastAt = now;
    this.lastCpu = process.cpuUsage();
    return {
      runsPerSecond: (runs * 1000) / elapsedMs,
      cpuFraction: (user + system) / 1000 / elapsedMs,
      residentBytes: process.memoryUsage.rss(),
      clockOffsetMs: this.clockOffsetMs,
      roundTripMs: this.roundTripMs,
    };
  }

  get warnings(): string[] {
    const seconds = Math.round(Math.abs(this.clockOffsetMs) / 1000);
    if (Math.abs(this.clockOffsetMs) <= clockWarningMs) return [];
    return [`The clock of this machine is ${seconds} s ${this.clockOffsetMs > 0 ? 'behind' : 'ahead of'} the hub’s.`];
  }
}
