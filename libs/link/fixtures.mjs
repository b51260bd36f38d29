// Writes the .bin of every golden frame that has only its .json. An existing one is the contract: it is never rewritten.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { encodeFrame } from '@checkstack/link';

const folder = new URL('../../proto/fixtures/', import.meta.url);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const binary = new URL(name.replace('.json', '.bin'), folder);
  if (!existsSync(binary)) writeFileSync(binary, encodeFrame(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
}
