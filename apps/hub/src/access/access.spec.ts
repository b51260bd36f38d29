import { routes } from '@checkstack/api';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Reflector } from '@nestjs/core';
import { expect, it } from 'vitest';
import { startTestHub } from '../testing/test-hub.js';
import { AccessGuard } from './access.guard.js';
import { Access } from './access.service.js';

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

it('lets nobody call a handler that forgot to say who may', async () => {
  class Forgetful {
    read(): string {
      return 'secret';
    }
  }
  await using hub = await startTestHub();
  const guard = new AccessGuard(new Reflector(), hub.app.get(Access));
  const request = { method: 'GET', headers: hub.admin.headers, socket: {} };
  const context = new ExecutionContextHost([request], Forgetful, Forgetful.prototype.read.bind(null));
  await expect(guard.canActivate(context)).rejects.toMatchObject({ code: 'not_allowed' });
});
