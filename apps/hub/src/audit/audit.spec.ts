import { routes } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hubActor } from '../actor.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { Audit } from './audit.service.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
  const audit = hub.app.get(Audit);
  await hub.app.get(DataSource).transaction(async (manager) => {
    for (let number = 0; number < 25; number++)
      await audit.record(manager, hubActor, {
        action: number % 2 === 0 ? 'check.update' : 'system.update',
        subject: { kind: number % 2 === 0 ? 'check' : 'system', id: `id-${number}`, name: `Thing ${number}` },
        changes: { name: [null, number] },
      });
  });
});
afterAll(() => hub[Symbol.asyncDispose]());

it('lists entries newest first, page by page', async () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await hub.admin.call(routes.audit.list, { query: { limit: 10, after } });
    seen.push(...page.items.map(({ subject }) => subject.name));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `Thing ${24 - index}`));
});

it('finds entries by subject and action', async () => {
  const names = async (query: object) =>
    (await hub.admin.call(routes.audit.list, { query })).items.map(({ subject }) => subject.name);
  expect(await names({ subjectKind: 'check', subjectId: 'id-4' })).toEqual(['Thing 4']);
  expect(await names({ action: 'system.update', limit: 2 })).toEqual(['Thing 23', 'Thing 21']);
  expect(await names({ actorId: crypto.randomUUID() })).toEqual([]);
});

it('keeps no entry of a change that did not happen', async () => {
  const audit = hub.app.get(Audit);
  const failed = hub.app.get(DataSource).transaction(async (manager) => {
    await audit.record(manager, hubActor, {
      action: 'check.delete',
      subject: { kind: 'check', id: null, name: 'Kept' },
    });
    throw new Error('The change failed.');
  });
  await expect(failed).rejects.toThrow('The change failed.');
  expect((await hub.admin.call(routes.audit.list, { query: { action: 'check.delete' } })).items).toEqual([]);
});
