// Makes src/generated/link.js and link.d.ts from the .proto. Does nothing when they are newer than it.
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const proto = path('../../proto/checkstack/link/v1/link.proto');
const folder = path('src/generated');
const outputs = ['link.js', 'link.d.ts'].map((name) => `${folder}/${name}`);

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
const newestInput = Math.max(changedAt(proto), changedAt(fileURLToPath(import.meta.url)));

if (!outputs.every((file) => changedAt(file) > newestInput)) {
  mkdirSync(folder, { recursive: true });
  // Made under another name and renamed, so that a build beside this one never reads half a file.
  const draft = `${folder}/draft-${process.pid}.js`;
  const without = ['create', 'verify', 'convert', 'delimited', 'typeurl', 'service'].map((part) => `--no-${part}`);
  const options = [
    '--wrap',
    'esm',
    '--dependency',
    'protobufjs/minimal.js',
    '--root',
    'checkstack-link',
    '--force-number',
    '--dts',
  ];
  const { default: pbjs } = await import('protobufjs-cli/pbjs.js');
  await new Promise((resolve, reject) =>
    pbjs.main(['--target', 'static-module', ...options, ...without, '--out', draft, proto], (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  // --force-number holds for the types only: the defaults would still be Long objects.
  const code = readFileSync(draft, 'utf8').replace(
    /\$util\.Long \? \$util\.Long\.fromBits\(0,0,(true|false)\) : 0/g,
    '0',
  );
  if (code.includes('$util.Long')) throw new Error('The generated code still makes Long objects.');
  writeFileSync(draft, code);
  renameSync(draft, outputs[0]);
  renameSync(draft.replace(/\.js$/, '.d.ts'), outputs[1]);
}
