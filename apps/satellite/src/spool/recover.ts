// What earlier process lives left in the spool's folder.
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRecord } from '@checkstack/link';
import { FileSegment, segmentSuffix, setAside, unreadableSuffix } from './segment.js';
import { firstOf, lastOf, type Damage, type Stored, type Stream } from './stream.js';

/** The newest slot of a slice that a segment settles: with a scheduled run, or with a gap. */
export type OnSettled = (slice: string, slotMs: number, satelliteId: string) => void;

export interface Recovery {
  /** Oldest first. */
  streams: Stream[];
  /** Files that could not be read. */
  unreadable: number;
  /** Records that are missing in the middle of their streams. */
  lost: number;
  /** When what is unreadable or missing was written. */
  damages: Damage[];
}

interface Folder {
  folder: string;
  bootId: string;
  maxAgeMs: number;
  /** The hub's time. */
  now: () => number;
  log: (line: string) => void;
}

/** Reads every segment and truncates torn tails. */
export async function recoverStreams(options: Folder, onSettled: OnSettled): Promise<Recovery> {
  const { folder, bootId, maxAgeMs, now, log } = options;
  const behindHubMs = now() - Date.now();
  const damages: Damage[] = [];
  const streams = new Map<string, Stream>();
  let unreadable = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith(unreadableSuffix)) await forgetWhenOld(path, maxAgeMs).catch(() => undefined);
    if (!name.endsWith(segmentSuffix)) continue;
    try {
      const { stored, damage } = await recoverSegment(path, onSettled, behindHubMs);
      if (damage !== null) damages.push(damage);
      if (stored === null) continue;
      const { stream: id, bootId: writtenIn } = stored.segment.head;
      const stream = streams.get(id) ?? { id, isFromThisBoot: writtenIn === bootId, segments: [], confirmed: 0 };
      streams.set(id, stream);
      stream.segments.push(stored);
    } catch (error) {
      unreadable += 1;
      log(`The spool file ${name} cannot be read: ${(error as Error).message}`);
      // A trouble of the system may pass; a damaged file stays what it is.
      if ('code' in (error as Error)) continue;
      const { birthtimeMs, mtimeMs } = await stat(path);
      damages.push(spanOf(birthtimeMs + behindHubMs, mtimeMs + behindHubMs));
      await setAside(path).catch(() => undefined);
    }
  }
  const oldestFirst = [...streams.values()];
  const lost = oldestFirst.reduce((sum, stream) => sum + putInOrder(stream), 0);
  oldestFirst.sort((a, b) => createdAt(a) - createdAt(b));
  return { streams: oldestFirst, unreadable, lost, damages };
}

async function recoverSegment(
  path: string,
  onSettled: OnSettled,
  behindHubMs: number,
): Promise<{ stored: Stored | null; damage: Damage | null }> {
  const settled = new Map<string, number>();
  let newestSlotMs = 0;
  const segment = await FileSegment.recover(path, (payload) => {
    const record = decodeRecord(payload);
    const slotMs = record.kind === 'gap' ? record.toSlotMs : record.slotMs;
    newestSlotMs = Math.max(newestSlotMs, slotMs);
    if (record.kind === 'result' && record.attempt > 0) return;
    settled.set(record.slice, Math.max(slotMs, settled.get(record.slice) ?? 0));
  });
  for (const [slice, slotMs] of settled) onSettled(slice, slotMs, segment.head.satelliteId);
  const { tornAtMs, head } = segment;
  const damage = tornAtMs === null ? null : spanOf(newestSlotMs || head.createdAtMs, tornAtMs + behindHubMs);
  if (segment.count > 0) return { stored: { segment, lastAppendAtMs: newestSlotMs, confirmedAtMs: null }, damage };
  await segment.remove().catch(() => undefined);
  return { stored: null, damage };
}

/** Answers how many records are missing between the segments. */
function putInOrder(stream: Stream): number {
  stream.segments.sort((a, b) => a.segment.head.firstSequence - b.segment.head.firstSequence);
  // What came before was confirmed, or its loss is told when the hub's cursor is known.
  stream.confirmed = firstOf(stream) - 1;
  const held = stream.segments.reduce((sum, { segment }) => sum + segment.count, 0);
  return lastOf(stream) - stream.confirmed - held;
}

function createdAt(stream: Stream): number {
  return stream.segments[0]?.segment.head.createdAtMs ?? 0;
}

async function forgetWhenOld(path: string, maxAgeMs: number): Promise<void> {
  const { mtimeMs } = await stat(path);
  if (mtimeMs < Date.now() - maxAgeMs) await unlink(path);
}

function spanOf(fromMs: number, toMs: number): Damage {
  return { fromMs, toMs, reason: 'spool_damaged' };
}
