// `npm run bench`: builds what is missing, then the bench.
import { step } from '../progress.mjs';
import { CommandFailure, ensureInstalled, nxQuietly, requireNode } from '../workspace.mjs';

requireNode();
try {
  await ensureInstalled();
  const build = () => nxQuietly('build', ['@checkstack/hub', '@checkstack/satellite']);
  // Whoever asked for JSON gets nothing else.
  await (process.argv.includes('--json') ? build() : step('Building', build));
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  console.error(error.message);
  process.exit(1);
}
await import('./main.mjs');
