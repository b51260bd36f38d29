// What the demo must know at its next start: its administrator, its satellites' tokens, its targets' ports.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function stateFile() {
  return join(process.env.CHECKSTACK_DATA_DIR, 'demo.json');
}

export function readState() {
  try {
    return JSON.parse(readFileSync(stateFile(), 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    const password = randomBytes(9).toString('base64url');
    return { email: 'demo@example.org', password, ports: {}, tokens: {} };
  }
}

export function writeState(state) {
  mkdirSync(process.env.CHECKSTACK_DATA_DIR, { recursive: true, mode: 0o711 });
  writeFileSync(stateFile(), JSON.stringify(state, null, 2), { mode: 0o600 });
}

export function demoAddress() {
  return `http://127.0.0.1:${process.env.PORT || 3000}`;
}
