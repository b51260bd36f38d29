import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { accountFor } from './account.js';

const nobodyKnows = vi.hoisted(() => ({ isTrue: false }));
vi.mock('node:os', async (load) => {
  const os = await load<typeof import('node:os')>();
  const userInfo = (): object => {
    if (nobodyKnows.isTrue) throw new Error('uv_os_get_passwd returned ENOENT');
    return os.userInfo();
  };
  return { ...os, userInfo };
});
afterEach(() => vi.restoreAllMocks());

it('says what to do for a user id that has no name, with which PostgreSQL does not start', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(54_321);
  const folder = join(tmpdir(), 'checkstack-no-such-folder');
  expect(await accountFor(folder)).toBeUndefined();
  nobodyKnows.isTrue = true;
  await expect(accountFor(folder)).rejects.toThrow(
    /user id 54321 has none: give it a line in \/etc\/passwd, .*DATABASE_URL/,
  );
});
