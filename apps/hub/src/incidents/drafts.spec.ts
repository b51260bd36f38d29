import { routes } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

it('fills in what is known of a failing system, and opens nothing', async () => {
  const satellite = await enrolSatellite(hub, 'berlin');
  const { systemId, sliceIds } = await watchSystem(hub, [satellite], { name: 'one' });
  const portal = await addSystem(hub.admin, { name: 'Portal' });
  const idle = await addSystem(hub.admin, { name: 'Idle' });
  for (const [downstreamId, impact] of [
    [portal.id, 'critical'],
    [idle.id, 'informational'],
  ] as const)
    await hub.admin.call(routes.dependencies.create, { body: { downstreamId, upstreamId: systemId, impact } });
  await using fake = await connect(hub, satellite);
  await fake.ship(runsOf(sliceIds[0] ?? '', Array<Result['verdict']>(4).fill('unhealthy')));
  await expect
    .poll(async () => (await hub.admin.call(routes.systems.read, { params: { id: portal.id } })).state.state)
    .toBe('unhealthy');

  const draft = await hub.admin.call(routes.incidents.draft, { query: { systemId } });
  expect(draft).toMatchObject({ title: 'shop one is unhealthy', severity: 'major', open: [] });
  expect(draft.description).toContain('**front page one** is unhealthy since ');
  expect(draft.description).toContain("seen from berlin's place: Connection refused by 127.0.0.1:80");
  expect(draft.systems.map(({ system, impact }) => [system.name, impact])).toEqual([
    ['shop one', 'outage'],
    ['Portal', 'partial-outage'],
  ]);
  const ofPortal = await hub.admin.call(routes.incidents.draft, { query: { systemId: portal.id } });
  expect(ofPortal.systems.map(({ system }) => system.name)).toEqual(['Portal', 'shop one']);
  expect((await hub.admin.call(routes.incidents.list)).items).toEqual([]);

  const systems = draft.systems.map(({ system, impact }) => ({ systemId: system.id, impact }));
  const { title, description, severity } = draft;
  const opened = await hub.admin.call(routes.incidents.create, { body: { title, description, severity, systems } });
  const again = await hub.admin.call(routes.incidents.draft, { query: { systemId } });
  expect(again.open.map(({ id }) => id)).toEqual([opened.id]);
});
