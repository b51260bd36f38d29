import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

it('answers each batch with what it brought, however many were stored together: the answers tell how many are under way', async () => {
  const satellite = await enrolSatellite(hub, 'brisk');
  const { sliceIds } = await watchSystem(hub, [satellite]);
  const fake = await connect(hub, satellite);
  const records = runsOf(sliceIds[0] ?? '', ['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy']);
  for (let index = 0; index < 6; index += 2) fake.sendRecords(records.slice(index, index + 2));
  await expect.poll(() => fake.received('ack').length).toBe(3);
  expect(fake.received('ack').map(({ sequence }) => sequence)).toEqual([2, 4, 6]);
});
