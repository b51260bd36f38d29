// One file that runs wherever Node runs: `node satellite.mjs`. `node bundle.mjs [FILE [PROBES]]` makes it, with other probes
// than the built-in ones when a test wants some.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

const banner = [
  // CommonJS packages inside an ES module ask for Node's own parts with require.
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  // Nearly all that runs make is short-lived: the smallest space for new objects is enough (docs/performance.md).
  "import { setFlagsFromString } from 'node:v8'; setFlagsFromString('--semi-space-growth-factor=1');",
].join('\n');

await build({
  entryPoints: [new URL('./src/main.ts', import.meta.url).pathname],
  outfile: argv[2] ?? new URL('./dist/satellite.mjs', import.meta.url).pathname,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  conditions: ['checkstack-source'],
  minify: true,
  legalComments: 'inline',
  alias: argv[3] === undefined ? {} : { '@checkstack/plugins/probes': argv[3] },
  define: { CHECKSTACK_VERSION: JSON.stringify(version) },
  banner: { js: banner },
  // Optional accelerators of ws, not needed and not shipped.
  external: ['bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
});
