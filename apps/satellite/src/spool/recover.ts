// What earlier process lives left in the spool's folder.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRecord, type LinkRecord } from '@checkstack/link';
import { FileSegment, segmentSuffix, setAside } from './segment.js';
import type { Stream } from './stream.js';

export interface Recovery {
  /** Oldest first. */
  streams: Stream[];
  /** Files that could not be read and were set aside. */
  unreadable: number;
}

/** Opens every segment, truncates torn tails, and tells `onRecord` each whole record. */
export async function recoverStreams(
  { folder, bootId, log }: { folder: string; bootId: string; log: (line: string) => void },
  onRecord: (record: LinkRecord) => void,
): Promise<Recovery> {
  const recovery: Recovery = { streams: [], unreadable: 0 };
  const found: FileSegment[] = [];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(segmentSuffix)) continue;
    const path = join(folder, name);
    try {
      const segment = await FileSegment.recover(path, (payload) => onRecord(decodeRecord(payload)));
      if (segment.count > 0) found.push(segment);
      else await segment.remove();
    } catch (error) {
      recovery.unreadable += 1;
      log(`The spool file ${name} cannot be read and is set aside: ${(error as Error).message}`);
      await setAside(path).catch(() => undefined);
    }
  }
  const byAge = (a: FileSegment, b: FileSegment): number =>
    a.head.createdAtMs - b.head.createdAtMs || a.head.firstSequence - b.head.firstSequence;
  for (const segment of found.sort(byAge)) {
    const { stream: id, createdAtMs, firstSequence } = segment.head;
    let stream = recovery.streams.find((known) => known.id === id);
    if (stream === undefined) {
      // What came before was confirmed, or its loss is told when the hub's cursor is known.
      stream = { id, isFromThisBoot: segment.head.bootId === bootId, segments: [], confirmed: firstSequence - 1 };
      recovery.streams.push(stream);
    }
    stream.segments.push({ segment, lastAppendAtMs: createdAtMs, confirmedAtMs: null });
  }
  return recovery;
}
