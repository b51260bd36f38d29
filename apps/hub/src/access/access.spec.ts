import { routes } from '@checkstack/api';
import { expect, it } from 'vitest';
import { startTestHub } from '../testing/test-hub.js';

it('refuses nobody and answers who is signed in, on every replica', async () => {
  await using hub = await startTestHub();
  await expect(hub.anonymous.call(routes.audit.list)).rejects.toMatchObject({ code: 'not_signed_in', status: 401 });
  expect(await hub.admin.call(routes.audit.list)).toEqual({ items: [], next: null });
  const viewer = await hub.signIn('viewer');
  await expect(viewer.call(routes.audit.list)).rejects.toMatchObject({ code: 'not_allowed', status: 403 });
  await using replica = await hub.replica();
  const elsewhere = await replica.signIn('admin');
  expect(await elsewhere.call(routes.audit.list)).toEqual({ items: [], next: null });
});
