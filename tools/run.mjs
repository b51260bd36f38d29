// `npm test`, `npm run check` and their kin: each works as the first command on a bare clone.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CommandFailure, ended, ensureInstalled, nxAloud, requireNode, root } from './workspace.mjs';
import { forgetResults, summary } from './test-results.mjs';

const tasks = {
  build: () => nxAloud(['build']),
  lint: () => nxAloud(['lint']),
  typecheck: () => nxAloud(['typecheck']),
  format: () => prettier('--write', '--list-different'),
  test: () => tested(() => nxAloud(['test'])),
  e2e: () => tested(() => nxAloud(['e2e'])),
  /** Everything that must hold before a commit. */
  check: async () => {
    const isFormatted = await prettier('--check');
    const isSound = await tested(() => nxAloud(['buf', 'lint', 'typecheck', 'test']));
    return isFormatted && isSound;
  },
};

/** Adds up what the packages' test runs wrote, also those that nx replays from its cache. */
async function tested(run) {
  forgetResults();
  const isSuccess = await run();
  const { line, isGreen } = summary(isSuccess);
  console.log(`\n${line}`);
  return isGreen;
}

async function prettier(...options) {
  const cli = join(root, 'node_modules/prettier/bin/prettier.cjs');
  const cache = ['--cache', '--cache-location', join(root, 'node_modules/.cache/prettier')];
  const child = spawn(process.execPath, [cli, ...options, '--log-level=warn', ...cache, '.'], {
    cwd: root,
    stdio: 'inherit',
  });
  return (await ended(child)) === 0;
}

requireNode();
const task = tasks[process.argv[2]];
if (!task) {
  console.error(`Usage: node tools/run.mjs ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
try {
  await ensureInstalled();
  process.exitCode = (await task()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
