import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkout } from './harness/checkout.js';
import { makeHome, type Home } from './harness/hub.js';
import { Program } from './harness/program.js';

let home: Home;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const address = /Checkstack is at (\S+)/;

describe('npm start', () => {
  it('ends with an address and a one-time set-up address, and Ctrl-C leaves no process behind', async () => {
    const env = { PORT: String(home.port), CHECKSTACK_DATA_DIR: home.dataDir };
    const npm = new Program('npm', ['start'], { cwd: checkout, env });
    expect((await npm.says(address))[1]).toBe(`http://localhost:${home.port}`);
    await npm.says(/Create the first administrator at \S+/);
    expect((await fetch(`${home.url}/healthz`)).status).toBe(200);

    npm.pressCtrlC();
    await npm.end();
    await expect.poll(() => home.pids()).toEqual([]);
    expect(npm.output).not.toMatch(/error/i);
  });

  it('is stopped in full when npm itself is killed', async () => {
    const env = { PORT: String(home.port), CHECKSTACK_DATA_DIR: home.dataDir };
    const npm = new Program('npm', ['start'], { cwd: checkout, env });
    await npm.says(address);
    npm.signal('SIGKILL');
    await expect.poll(() => home.pids(), { timeout: 20_000 }).toEqual([]);
  });
});

describe('a hub', () => {
  it('starts again on its data after kill -9', async () => {
    const first = home.start();
    const setup = /administrator at (\S+)/;
    await first.says(setup);
    first.signal('SIGKILL');
    expect(await first.end()).toBe('SIGKILL');

    const second = home.start();
    await second.says(address);
    second.signal('SIGTERM');
    expect(await second.end()).toBe(0);
    await expect.poll(() => home.pids()).toEqual([]);
  });

  it('brings its database back after kill -9', async () => {
    const hub = home.start();
    await hub.says(address);
    const [postgres = 0] = home.pids('postgres');
    process.kill(postgres, 'SIGKILL');
    await hub.says(/starting it again/);
    await expect.poll(() => home.pids('postgres').filter((pid) => pid !== postgres)).toHaveLength(1);
    await expect.poll(async () => (await fetch(`${home.url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    hub.signal('SIGTERM');
    expect(await hub.end()).toBe(0);
  });
});

describe('what stands in the way is said in one sentence', () => {
  async function refusal(env: Record<string, string>): Promise<string> {
    const hub = home.start(env);
    expect(await hub.end(), hub.output).toBe(1);
    await expect.poll(() => home.pids()).toEqual([]);
    const [sentence = '', ...more] = hub.errors.trim().split('\n');
    expect(more).toEqual([]);
    return sentence;
  }

  it('a port that is taken', async () => {
    const other = createServer().listen(home.port);
    await once(other, 'listening');
    expect(await refusal({})).toMatch(/^Port \d+ is taken/);
    other.close();
  });

  it('a data folder that cannot be written', async () => {
    const file = join(home.dataDir, 'file');
    await writeFile(file, '');
    expect(await refusal({ CHECKSTACK_DATA_DIR: file })).toMatch(
      /^The data folder .* cannot be written: a file is in its place\.$/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('a data folder that belongs to somebody else', async () => {
    const folder = join(home.dataDir, 'closed');
    await mkdir(folder);
    await chmod(folder, 0o500);
    expect(await refusal({ CHECKSTACK_DATA_DIR: folder })).toMatch(/permission is denied/);
  });

  it('a second hub on the same data folder', async () => {
    const first = home.start();
    await first.says(address);
    const second = home.start({ PORT: '0' });
    expect(await second.end()).toBe(1);
    expect(second.errors.trim()).toMatch(
      /^Another Checkstack hub \(process \d+\) is already running on the data folder \S+\.$/,
    );
    expect((await fetch(`${home.url}/healthz`)).status).toBe(200);
  });

  it('a DATABASE_URL that leads nowhere', async () => {
    const env = { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/none', ENCRYPTION_MASTER_KEY: '0'.repeat(64) };
    const sentence = await refusal(env);
    expect(sentence).toMatch(/^DATABASE_URL: nothing answers at /);
    expect(sentence).not.toContain('secret');
  });

  it('a DATABASE_URL that is none', async () => {
    expect(await refusal({ DATABASE_URL: 'nonsense', ENCRYPTION_MASTER_KEY: '0'.repeat(64) })).toMatch(
      /^DATABASE_URL must look like /,
    );
  });
});
