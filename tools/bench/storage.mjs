// How much disk a stored http result takes, with its facts and its share of the index.
import { makeCatalog } from './stage/catalog.mjs';
import { startCrowd } from './stage/crowd.mjs';

export const about = 'bytes on disk for each stored http result, as slices report in turn';
export const sizes = {
  small: { satellites: 5, slicesPerSatellite: 200, batchesPerSatellite: 20 },
  medium: { satellites: 5, slicesPerSatellite: 200, batchesPerSatellite: 100 },
  full: { satellites: 5, slicesPerSatellite: 200, batchesPerSatellite: 500 },
};
export const figures = {
  bytes: { title: 'table and index', unit: 'bytes/result', atMost: 160 },
  tableBytes: { title: 'table', unit: 'bytes/result' },
  indexBytes: { title: 'index', unit: 'bytes/result' },
  plainBytes: { title: 'table and index, without TLS', unit: 'bytes/result' },
};
export const notes = [
  'A result of an https address has 14 facts, 3 of them of its certificate; without TLS it has 10.',
];

export async function run(stage, size) {
  const encrypted = await bytesOf(stage, 'encrypted', { ...size, isEncrypted: true });
  const plain = await bytesOf(stage, 'plain', { ...size, isEncrypted: false });
  return { ...encrypted, plainBytes: plain.bytes };
}

async function bytesOf(stage, name, { isEncrypted, batchesPerSatellite, ...shape }) {
  const database = await stage.database(name);
  const hub = await stage.hub(database);
  const satellites = await makeCatalog(hub, database, { ...shape, locationsPerCheck: shape.satellites });
  const crowd = startCrowd(stage, hub, satellites, 1);
  await crowd.ask('connect');
  const before = await sizesOf(database);
  await crowd.ask('flood', { batches: batchesPerSatellite, window: 4, isEncrypted });
  await crowd.ask('end');
  await hub.stop();
  const after = await sizesOf(database);
  const results = after.results - before.results;
  const tableBytes = (after.table - before.table) / results;
  const indexBytes = (after.index - before.index) / results;
  return { bytes: tableBytes + indexBytes, tableBytes, indexBytes };
}

/** All partitions together; the table with what is stored out of line. */
async function sizesOf({ pool }) {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*)::float8 FROM results) AS results, sum(pg_table_size(relid))::float8 AS table, sum(pg_indexes_size(relid))::float8 AS index
     FROM pg_partition_tree('results') WHERE isleaf`,
  );
  return rows[0];
}
