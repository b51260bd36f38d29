import { firstValueFrom } from 'rxjs';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Notices } from '../cluster/notices.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { enrolSatellite, watchSystem, type EnrolledSatellite, type WatchedSystem } from '../testing/watched-system.js';
import { PlacedSlices, type PlacedSlice } from './placed-slices.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let watched: WatchedSystem;
let other: WatchedSystem;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  [watched, other] = [await watchSystem(hub, [satellite]), await watchSystem(hub, [satellite])];
  // Notices come in order: after this one, none of what was made is on its way.
  const notices = hub.app.get(Notices);
  const heard = firstValueFrom(notices.on('access'));
  await notices.publish('access', { userId: null });
  await heard;
});
afterAll(() => hub[Symbol.asyncDispose]());

async function find({ sliceIds: [id = ''] }: WatchedSystem): Promise<PlacedSlice | undefined> {
  const { manager } = hub.app.get(DataSource);
  const found = await hub.app.get(PlacedSlices).find(manager, new Map([[satellite.id, new Set([id])]]));
  return found.get(satellite.id)?.get(id);
}

it('remembers what a satellite may report on until its roster is another, even if nobody tells', async () => {
  const before = await find(watched);
  expect(before).toMatchObject({ isWatched: true, schedule: { everySeconds: 60 }, thresholds: { unhealthy: 3 } });
  const equal = await find(other);
  expect(equal?.thresholds).toBe(before?.thresholds);
  await hub.database.query(`UPDATE assignments SET thresholds = thresholds || '{"unhealthy": 7}' WHERE id = $1`, [
    watched.assignmentId,
  ]);
  expect(await find(watched)).toBe(before);
  await hub.database.query('UPDATE satellites SET roster_revision = roster_revision + 1 WHERE id = $1', [satellite.id]);
  await expect.poll(() => find(watched), { timeout: 10_000 }).toMatchObject({ thresholds: { unhealthy: 7 } });
});
