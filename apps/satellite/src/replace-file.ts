import { open, rename } from 'node:fs/promises';

/** Replaces a file in one step: a crash, of the machine too, leaves the old or the new one. Readable by its owner only. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
