import { describe, expect, it } from 'vitest';
import { Meter } from './gauges.js';

describe('what a heartbeat tells', () => {
  it('has the offset of the clocks apart from the time on the wire', () => {
    const meter = new Meter();
    // 30 ms there, 10 ms in the hub, 50 ms back; the hub is 5 s ahead.
    meter.answered({ sentAtMs: 1_000, receivedAtMs: 6_030, repliedAtMs: 6_040 }, 1_090);
    expect(meter.roundTripMs).toBe(80);
    expect(meter.clockOffsetMs).toBeCloseTo(5_000 - 10);
    expect(meter.warnings).toEqual(['The clock of this machine is 5 s behind the hub’s.']);
  });

  it('warns beyond two seconds only', () => {
    const meter = new Meter();
    meter.answered({ sentAtMs: 3_000, receivedAtMs: 1_000, repliedAtMs: 1_000 }, 3_000);
    expect(meter.warnings).toEqual([]);
    meter.answered({ sentAtMs: 3_001, receivedAtMs: 1_000, repliedAtMs: 1_000 }, 3_001);
    expect(meter.warnings).toEqual(['The clock of this machine is 2 s ahead of the hub’s.']);
  });

  it('never has a negative time on the wire, when the clock jumped in between', () => {
    const meter = new Meter();
    meter.answered({ sentAtMs: 5_000, receivedAtMs: 5_000, repliedAtMs: 5_010 }, 1_000);
    expect(meter.roundTripMs).toBe(0);
  });

  it('counts runs per second since the heartbeat before', () => {
    const taken = new Meter().take(10);
    expect(taken.runsPerSecond).toBeGreaterThan(0);
    expect(taken.residentBytes).toBeGreaterThan(1_000_000);
    expect(taken.cpuFraction).toBeGreaterThanOrEqual(0);
  });
});
