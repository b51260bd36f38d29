// `npm start`: from a bare clone to a running Checkstack. Installs and builds what is missing, then becomes the hub.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startDemo } from './demo/start.mjs';
import { step } from './progress.mjs';
import { CommandFailure, ensureInstalled, nxQuietly, requireNode, root } from './workspace.mjs';

requireNode();
try {
  await ensureInstalled();
  await step('Building', () => nxQuietly('build', ['@checkstack/hub', '@checkstack/satellite', '@checkstack/console']));
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  console.error(error.message);
  process.exit(1);
}

// npm forwards signals, but dies silently of kill -9: the hub must not outlive it unseen.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
}

if (process.argv.includes('--demo')) startDemo();

// In this very process, so that signals and the exit code need no forwarding.
await import(pathToFileURL(join(root, 'apps/hub/dist/main.js')).href);
