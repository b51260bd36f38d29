import { routes } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { startTestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';
import { clean } from './cleaning.js';

it('forgets the states of what was deleted, and of nothing else', async () => {
  await using hub = await startTestHub();
  const satellite = await enrolSatellite(hub, 'edge');
  await using link = await connect(hub, satellite);
  const [gone, kept] = [await watchSystem(hub, [satellite]), await watchSystem(hub, [satellite])];
  for (const { sliceIds } of [gone, kept]) await link.ship(runsOf(sliceIds[0] ?? '', ['healthy']));
  const subjects = async (): Promise<Set<string>> => {
    const { rows } = await hub.database.query<{ id: string }>('SELECT subject_id AS id FROM state_intervals');
    return new Set(rows.map(({ id }) => id));
  };
  const of = ({ systemId, checkId, assignmentId, sliceIds }: typeof gone): string[] => [
    ...[systemId, checkId, assignmentId],
    ...sliceIds,
  ];
  await expect.poll(subjects).toEqual(new Set([...of(gone), ...of(kept)]));
  await hub.admin.call(routes.checks.remove, { params: { id: gone.checkId } });
  await hub.admin.call(routes.systems.remove, { params: { id: gone.systemId } });
  await hub.app.get(DataSource).transaction(clean);
  expect(await subjects()).toEqual(new Set(of(kept)));
});
