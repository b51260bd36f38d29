// `npm start`: from a bare clone to a running Checkstack. Installs and builds what is missing, then becomes the hub.
import { readFileSync } from 'node:fs';
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

if (process.env.npm_lifecycle_event) endWithNpm();

if (process.argv.includes('--demo')) startDemo();

// In this very process, so that signals and the exit code need no forwarding.
await import(pathToFileURL(join(root, 'apps/hub/dist/main.js')).href);

/** npm passes signals on, but of its own kill -9 the hub hears nothing: it would stay, unseen, on its port. */
function endWithNpm() {
  const shell = process.ppid;
  const npm = parentOf(shell);
  setInterval(() => {
    if (process.ppid !== shell || parentOf(shell) !== npm) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
}

/** Known on Linux, where npm's shell stays between npm and us; elsewhere it gives its place to us. */
function parentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1];
  } catch {
    return undefined;
  }
}
