import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRecord, type LinkRecord, type SpooledBatch, type StreamLoss } from '@checkstack/link';
import { sampleLimits, sampleResult } from '@checkstack/link/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shipment, type ShippingLink } from './shipment.js';
import { Spool } from './spool/spool.js';

const limits = sampleLimits({ windowBatches: 4, maxBatchRecords: 7 });
const satelliteId = randomUUID();
let folder: string;
const open: Spool[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-shipment-'));
});
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
  await rm(folder, { recursive: true, force: true });
});

async function startSpool(maxBytes = 1_048_576): Promise<Spool> {
  const own = await mkdtemp(join(folder, 'spool-'));
  const spool = await Spool.open({
    folder: own,
    maxBytes,
    maxAgeMs: 3_600_000,
    sync: 'off',
    bootId: randomUUID(),
    now: () => Date.now(),
    log: () => undefined,
  });
  open.push(spool);
  await spool.bind(satelliteId);
  return spool;
}

let lastSlot = 0;
async function append(spool: Spool, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => spool.append(sampleResult({ slotMs: ++lastSlot }))));
}

type Shipped = SpooledBatch | StreamLoss;

/** A hub that keeps cursors as the rules of the wire demand, and answers each frame in order, when it is told to. */
class Hub {
  readonly stored: LinkRecord[] = [];
  readonly cursors = new Map<string, number>();
  /** Streams as their first records came in. */
  readonly order: string[] = [];
  mostUnanswered = 0;
  private waiting: { frame: Shipped; link: Link }[] = [];

  receive(frame: Shipped, link: Link): void {
    this.waiting.push({ frame, link });
    this.mostUnanswered = Math.max(this.mostUnanswered, this.waiting.length);
  }

  get unanswered(): number {
    return this.waiting.length;
  }

  /** Of the oldest frame: stores it all, a part of it, or nothing, as after a fault; and answers, or keeps still until a later answer. */
  answer(stores: 'all' | 'some' | 'none' = 'all', isTold = true): void {
    const next = this.waiting.shift();
    if (next === undefined) return;
    const { frame, link } = next;
    const { stream } = frame;
    if (stores !== 'none') this.store(frame, stores);
    if (isTold) link.deliver(stream, this.cursors.get(stream) ?? 0);
  }

  /** What a database has that fell back to an older state. */
  fallBack(stream: string, sequence: number): void {
    const cursor = this.cursors.get(stream) ?? 0;
    this.cursors.set(stream, Math.min(cursor, sequence));
  }

  drop(link: Link): void {
    this.waiting = [];
    link.end();
  }

  private store(frame: Shipped, stores: 'all' | 'some'): void {
    const cursor = this.cursors.get(frame.stream) ?? 0;
    if (frame.kind === 'streamLoss') return void this.cursors.set(frame.stream, Math.max(cursor, frame.toSequence));
    if (frame.firstSequence > cursor + 1) return;
    const fresh = frame.records.map(decodeRecord).slice(cursor + 1 - frame.firstSequence);
    const taken = stores === 'some' ? fresh.slice(0, Math.ceil(fresh.length / 2)) : fresh;
    if (!this.order.includes(frame.stream)) this.order.push(frame.stream);
    this.stored.push(...taken);
    this.cursors.set(frame.stream, cursor + taken.length);
  }
}

class Link implements ShippingLink {
  isOpen = true;
  readonly ended: Promise<unknown>;
  shipment: Shipment | null = null;
  private resolveEnded: () => void = () => undefined;

  constructor(private readonly hub: Hub) {
    this.ended = new Promise<void>((resolve) => (this.resolveEnded = resolve));
  }

  send(frame: Parameters<ShippingLink['send']>[0]): boolean {
    if (this.isOpen && (frame.kind === 'spooledBatch' || frame.kind === 'streamLoss')) this.hub.receive(frame, this);
    return true;
  }

  async drained(): Promise<void> {}

  deliver(stream: string, sequence: number): void {
    if (this.isOpen) this.shipment?.acknowledged(stream, sequence);
  }

  end(): void {
    this.isOpen = false;
    this.resolveEnded();
  }
}

function connect(spool: Spool, hub: Hub): Link {
  const link = new Link(hub);
  const cursors = spool.ranges().map(({ stream }) => ({ stream, sequence: hub.cursors.get(stream) ?? 0 }));
  link.shipment = new Shipment(link, spool, { limits, cursors }, (error) => {
    throw error;
  });
  return link;
}

/** Lets reads of the disk come to their end. */
async function settle(spool: Spool): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await spool.sync();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function finish(spool: Spool, hub: Hub, link: Link): Promise<void> {
  const emptied = link.shipment?.emptied();
  let isDone = false;
  void emptied?.then(() => (isDone = true));
  while (!isDone) {
    hub.answer();
    await settle(spool);
  }
}

const slotsOf = (records: readonly LinkRecord[]): number[] =>
  records.map((record) => (record.kind === 'result' ? record.slotMs : -1));

describe('a shipment', () => {
  it('delivers each record exactly once, in order within its stream, whatever the hub makes of it', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('append'), count: fc.integer({ min: 1, max: 25 }) }) },
      { weight: 6, arbitrary: fc.record({ do: fc.constant('answer'), count: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('hole', 'part', 'silence'), count: fc.constant(1) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('reconnect', 'overtake'), count: fc.constant(1) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const spool = await startSpool();
        const hub = new Hub();
        const first = lastSlot + 1;
        let link = connect(spool, hub);
        spool.onAppended = () => link.shipment?.pump();
        for (const { do: what, count } of steps) {
          if (what === 'append') await append(spool, count);
          if (what === 'answer') for (let index = 0; index < count; index++) hub.answer();
          // Forgotten without a word: what comes after it is a hole.
          if (what === 'hole') hub.answer('none', hub.unanswered < 2);
          if (what === 'part') hub.answer('some');
          // Stored without a word; a later answer tells of both.
          if (what === 'silence') hub.answer('all', hub.unanswered < 2);
          if (what === 'overtake') await spool.overtake();
          if (what === 'reconnect') {
            hub.drop(link);
            await spool.overtake();
            link = connect(spool, hub);
            link.shipment?.pump();
          }
          await settle(spool);
          expect(hub.unanswered).toBeLessThanOrEqual(limits.windowBatches);
        }
        hub.drop(link);
        link = connect(spool, hub);
        await finish(spool, hub, link);
        expect(slotsOf(hub.stored).sort((a, b) => a - b)).toEqual(
          Array.from({ length: lastSlot - first + 1 }, (_, index) => first + index),
        );
        for (const { stream, lastSequence } of spool.ranges()) expect(hub.cursors.get(stream)).toBe(lastSequence);
        expect(spool.gauges().records).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('never has more under way than the window allows, batches that it sends again included', async () => {
    const spool = await startSpool();
    const hub = new Hub();
    const link = connect(spool, hub);
    await append(spool, 100);
    link.shipment?.pump();
    await settle(spool);
    expect(hub.unanswered).toBe(limits.windowBatches);
    hub.answer('none');
    await settle(spool);
    expect(hub.unanswered).toBe(limits.windowBatches);
    await finish(spool, hub, link);
    expect(hub.mostUnanswered).toBe(limits.windowBatches);
    expect(hub.stored).toHaveLength(100);
  });

  it('sends fresh results between those of a backlog', async () => {
    const spool = await startSpool();
    const hub = new Hub();
    await append(spool, 200);
    await spool.overtake();
    const link = connect(spool, hub);
    spool.onAppended = () => link.shipment?.pump();
    link.shipment?.pump();
    await settle(spool);
    await append(spool, 1);
    await settle(spool);
    for (let index = 0; index < limits.windowBatches; index++) hub.answer();
    expect(slotsOf(hub.stored)).toContain(lastSlot);
    expect(hub.stored.length).toBeLessThan(50);
    await finish(spool, hub, link);
    expect(hub.stored).toHaveLength(201);
  });

  it('sends again what a database has lost that fell back', async () => {
    const spool = await startSpool();
    const hub = new Hub();
    const link = connect(spool, hub);
    await append(spool, 20);
    await finish(spool, hub, link);
    const [{ stream } = { stream: '' }] = spool.ranges();
    hub.fallBack(stream, 5);
    hub.stored.splice(5);
    await append(spool, 1);
    link.shipment?.pump();
    await finish(spool, hub, link);
    expect(slotsOf(hub.stored)).toEqual(Array.from({ length: 21 }, (_, index) => lastSlot - 20 + index));
  });

  it('declares what it does not hold any more, which moves the cursor', async () => {
    const spool = await startSpool(16_000);
    const hub = new Hub();
    for (let round = 0; round < 30; round++) await append(spool, 10);
    await settle(spool);
    const [{ stream, firstSequence, lastSequence } = { stream: '', firstSequence: 0, lastSequence: 0 }] =
      spool.ranges();
    expect(firstSequence).toBeGreaterThan(1);
    await finish(spool, hub, connect(spool, hub));
    expect(hub.cursors.get(stream)).toBe(lastSequence);
    expect(hub.stored).toHaveLength(lastSequence - firstSequence + 1);
  });
});
