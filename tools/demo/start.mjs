// Prepares the hub of this very process to be the demo's: a data folder of its own and an administrator.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readState, writeState } from './state.mjs';

export function startDemo() {
  const { env } = process;
  env.CHECKSTACK_DATA_DIR = resolve(env.CHECKSTACK_DATA_DIR || 'data/demo');
  const state = readState();
  writeState(state);
  env.CHECKSTACK_ADMIN_EMAIL = state.email;
  env.CHECKSTACK_ADMIN_PASSWORD = state.password;
  // The demo's three satellites stand for places; one more beside the hub would only blur the picture.
  env.CHECKSTACK_LOCAL_SATELLITE ||= 'off';
  const demo = spawn(process.execPath, [fileURLToPath(new URL('main.mjs', import.meta.url))], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Not in the terminal's group: at Ctrl-C it ends after the hub, not before.
    detached: true,
  });
  demo.unref();
  demo.channel.unref();
}
