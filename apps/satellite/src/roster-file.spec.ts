import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rosterOf } from '@checkstack/link';
import { sampleJob, sampleSlice } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRoster, saveRoster } from './roster-file.js';

const configJson = '{"url":"http://192.0.2.1/","token":"planted-secret"}';
const held = { satelliteId: randomUUID(), roster: rosterOf(7, [sampleSlice({ job: sampleJob({ configJson }) })]) };
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-roster-'));
  path = join(folder, 'roster');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the roster on disk', () => {
  it('comes back as it was, to the token it was sealed for and to no other', async () => {
    await saveRoster(path, 'right', held);
    expect(await loadRoster(path, ['right'])).toEqual(held);
    expect(await loadRoster(path, ['wrong', 'rights', ''])).toBeNull();
  });

  it('is opened with the older of two tokens, and with the newer once it is sealed for that', async () => {
    await saveRoster(path, 'old', held);
    expect(await loadRoster(path, ['new', 'old'])).toEqual(held);
    await saveRoster(path, 'new', held);
    expect(await loadRoster(path, ['new'])).toEqual(held);
    expect(await loadRoster(path, ['old'])).toBeNull();
  });

  it('is nothing when any byte of it is wrong or missing', async () => {
    await saveRoster(path, 'right', held);
    const whole = await readFile(path);
    const damaged = join(folder, 'damaged');
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 1;
      await writeFile(damaged, changed);
      expect([at, await loadRoster(damaged, ['right'])]).toEqual([at, null]);
    }
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(damaged, whole.subarray(0, length));
      expect([length, await loadRoster(damaged, ['right'])]).toEqual([length, null]);
    }
  });

  it('is nothing when there is none', async () => {
    expect(await loadRoster(join(folder, 'absent'), ['right'])).toBeNull();
  });

  it('can be read by its owner only, and shows no secret even to him', async () => {
    await saveRoster(path, 'right', held);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path)).includes('planted-secret')).toBe(false);
  });

  it('never has the same bytes twice', async () => {
    await saveRoster(path, 'right', held);
    const first = await readFile(path);
    await saveRoster(path, 'right', held);
    expect((await readFile(path)).equals(first)).toBe(false);
  });
});
