// Makes src/generated/probes.ts: the built-in probes as the hub describes them, so that a spec can draw the form of each.
// The console itself knows no probe; this runs on the developer's machine only.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = join(here, 'src/generated');
const scratch = mkdtempSync(join(tmpdir(), 'checkstack-probes-'));
try {
  const bundle = join(scratch, 'probes.mjs');
  await build({
    stdin: {
      contents: `
        import { probes } from '@checkstack/plugins/probes';
        import { describeProbe } from '@checkstack/plugin-sdk/runtime';
        export const descriptors = probes.map(describeProbe);`,
      resolveDir: here,
    },
    bundle: true,
    outfile: bundle,
    format: 'esm',
    platform: 'node',
    conditions: ['checkstack-source'],
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    logLevel: 'error',
  });
  const { descriptors } = await import(pathToFileURL(bundle).href);
  mkdirSync(folder, { recursive: true });
  // Made under another name and renamed, so that a build beside this one never reads half a file.
  const draft = join(folder, `draft-${process.pid}`);
  const type = `import type { ProbeDescriptor } from '@checkstack/api';`;
  writeFileSync(
    draft,
    `${type}\n\nexport const builtInProbes: ProbeDescriptor[] = ${JSON.stringify(descriptors, null, 2)};\n`,
  );
  renameSync(draft, join(folder, 'probes.ts'));
} finally {
  rmSync(scratch, { recursive: true });
}
