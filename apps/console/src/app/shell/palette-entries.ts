import type { IconName } from '../ui/icon.js';

/** Something that the command palette leads to or does. */
export interface PaletteEntry {
  title: string;
  /** What it is, beside the title. */
  kind: string;
  icon: IconName;
  link?: string;
  act?: () => void;
}

/** Entries whose words all occur; those that begin with what was typed come first. */
export function matching(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .filter(({ title, kind }) => words.every((word) => `${title} ${kind}`.toLowerCase().includes(word)))
    .map((entry) => ({ entry, late: entry.title.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1 }))
    .sort((left, right) => left.late - right.late)
    .map(({ entry }) => entry);
}
