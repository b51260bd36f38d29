// What the commands of package.json stand on; plain JavaScript without packages, for it runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from './progress.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A command that failed; the message holds what it printed. */
export class CommandFailure extends Error {
  name = 'CommandFailure';
}

/** Ends the process with one sentence when this Node cannot run Checkstack. */
export function requireNode() {
  const { engines } = readJson('package.json');
  if (satisfies(process.versions.node, engines.node)) return;
  console.error(`Checkstack needs Node ${engines.node}; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Knows `^a.b.c` and `>=a.b.c`, joined by `||`. */
export function satisfies(version, range) {
  const [major, minor, patch] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, sign, ...lowest] = /(\^|>=)(\d+)\.(\d+)\.(\d+)/.exec(part);
    const [lowMajor, lowMinor, lowPatch] = lowest.map(Number);
    if (major !== lowMajor) return sign === '>=' && major > lowMajor;
    return minor > lowMinor || (minor === lowMinor && patch >= lowPatch);
  });
}

/** Installs what package-lock.json lists when node_modules holds something else. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await step('Installing packages', () =>
    // NODE_ENV=production would leave out what the build needs.
    npm(['ci', '--include=dev', '--loglevel=error']),
  );
}

/** Compares the lock with the one npm keeps inside node_modules, which it writes last. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    if (present[path]) return present[path].version === entry.version;
    return entry.optional && !isForThisPlatform(entry);
  });
}

/** Decides only where that is certain: npm leaves out optional packages for other reasons too. */
function isForThisPlatform({ os, cpu, libc }) {
  return Boolean(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

function npm(args) {
  const cli = process.env.npm_execpath;
  return cli ? run(process.execPath, [cli, ...args]) : run('npm', args);
}

/** Runs a task of the given packages (all by default), cached by nx; the output is shown only when it fails. */
export function nxQuietly(target, packages) {
  return run(process.execPath, nxArguments([target], packages), nxEnvironment);
}

/** As `nxQuietly`, with the output shown as it comes; answers whether all succeeded. */
export async function nxAloud(targets, packages) {
  const child = spawn(process.execPath, nxArguments(targets, packages), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...nxEnvironment },
  });
  return (await ended(child)) === 0;
}

const nxEnvironment = { NX_TUI: 'false', NX_DAEMON: 'false' };

function nxArguments(targets, packages = []) {
  const only = packages.length > 0 ? [`--projects=${packages.join(',')}`] : [];
  return [
    join(root, 'node_modules/nx/dist/bin/nx.js'),
    'run-many',
    `--targets=${targets.join(',')}`,
    ...only,
    '--output-style=static',
  ];
}

async function run(command, args, environment = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  if ((await ended(child)) !== 0) throw new CommandFailure(output.trim() || `${command} failed without a word.`);
}

/** The exit code; a command that cannot be started counts as failed. */
export function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('close', (code) => resolve(code === null ? 1 : code));
  });
}
