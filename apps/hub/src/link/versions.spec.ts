// Satellites that are older or newer than this hub.
import { readFileSync } from 'node:fs';
import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

it('goes on with a satellite that says more than this hub understands', async () => {
  const satellite = await enrolSatellite(hub, 'newer');
  await using fake = await connect(hub, satellite);
  // Field 15, with four bytes in it.
  for (let frame = 0; frame < 3; frame++) fake.sendBytes(Buffer.from('7a046e657700', 'hex').subarray(0, 6));
  await fake.heartbeat();
  expect(fake.isOpen).toBe(true);
});

it('welcomes a satellite of the last release', async () => {
  const satellite = await enrolSatellite(hub, 'older');
  const fake = await connect(hub, satellite, { saysHello: false });
  fake.sendBytes(readFileSync(new URL('../../../../proto/fixtures/0.1/hello.bin', import.meta.url)));
  expect(await fake.next('welcome')).toMatchObject({ satelliteId: satellite.id });
  expect(await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } })).toMatchObject({
    status: 'online',
    release: '0.1.0',
    probeKinds: ['http', 'tcp'],
  });
  await fake.drop();
});

it('shows that a satellite cannot run a kind and has to be updated', async () => {
  const satellite = await enrolSatellite(hub, 'without grpc');
  const { sliceIds } = await watchSystem(hub, [satellite]);
  await using fake = await connect(hub, satellite);
  const message = 'This satellite cannot run grpc checks: update it.';
  const failure = { side: 'satellite', code: 'unknown_kind', message } as const;
  await fake.ship(runsOf(sliceIds[0] ?? '', ['unknown'], { failure }));
  const { items } = await hub.admin.call(routes.results.slices, { query: { satelliteId: satellite.id } });
  expect(items).toEqual([expect.objectContaining({ state: expect.objectContaining({ state: 'unknown' }) })]);
  expect(items[0]?.state.reason).toContain(message);
});
