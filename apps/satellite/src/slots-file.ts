// Up to which slot each slice is recorded, and what the hub's time is: what a restart without the hub goes on from.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { replaceFile } from './replace-file.js';

const content = z.object({
  satelliteId: z.string(),
  bootId: z.string(),
  /** Of the hub's time to the monotonic clock of that boot. */
  clockOffsetMs: z.number(),
  slots: z.record(z.string(), z.number()),
});

export type KeptSlots = z.output<typeof content>;

export async function saveSlots(path: string, kept: KeptSlots): Promise<void> {
  await replaceFile(path, JSON.stringify(kept));
}

/** null without a sound file. */
export async function loadSlots(path: string): Promise<KeptSlots | null> {
  try {
    return content.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
