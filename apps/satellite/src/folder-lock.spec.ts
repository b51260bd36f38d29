import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('belongs to one satellite at a time', async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder, 0)).rejects.toThrow(/Another satellite is running/);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    await lockFolder(folder, 0);
  });

  it('is free again when its holder was killed, and is waited for while it is not', async () => {
    const path = join(folder, 'satellite.lock');
    const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('held'))`;
    const holder = spawn(process.execPath, ['-e', program]);
    await once(holder.stdout, 'data');
    const locked = lockFolder(folder);
    holder.kill('SIGKILL');
    await locked;
  });

  it('may have a long name', async () => {
    const deep = join(folder, 'x'.repeat(120));
    await mkdir(deep);
    await lockFolder(deep);
    await expect(lockFolder(deep, 0)).rejects.toThrow(/Another satellite is running/);
  });
});
