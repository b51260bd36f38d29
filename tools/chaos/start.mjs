// `npm run chaos`: builds what is missing, then the trial; `npm run chaos -- deliveries`: that of what leaves.
import { step } from '../progress.mjs';
import { CommandFailure, ensureInstalled, nxQuietly, requireNode } from '../workspace.mjs';

requireNode();
try {
  await ensureInstalled();
  await step('Building', () => nxQuietly('build', ['@checkstack/hub', '@checkstack/satellite']));
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  console.error(error.message);
  process.exit(1);
}
await import(process.argv[2] === 'deliveries' ? './deliveries.mjs' : './main.mjs');
