// The wire may only grow: lints proto/ and compares it with proto/baseline.binpb, the wire of the last release.
// `--accept` makes the present one the baseline, after the same comparison: a part of every release.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const proto = fileURLToPath(new URL('../../proto', import.meta.url));
const baseline = `${proto}/baseline.binpb`;
const program = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');

function buf(...options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...options], { maxBuffer: 16 * 1_048_576 });
  if (status !== 0) {
    process.stderr.write(Buffer.concat([stdout, stderr]));
    process.exit(status ?? 1);
  }
  return stdout;
}

buf('lint', proto);
buf('breaking', proto, '--against', baseline);
if (process.argv.includes('--accept')) {
  writeFileSync(baseline, buf('build', proto, '--exclude-source-info', '--output', '-#format=binpb'));
}
