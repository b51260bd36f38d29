// A check of a target, and what became of its slots.
import { routes, type Run } from '@checkstack/api';
import { expect } from 'vitest';
import type { Client } from './client.js';
import type { Target } from './target.js';

const EVERY_SECONDS = 1;
const PATIENCE_MS = 60_000;

/** The id of the location, once a satellite is online there. */
export async function onlineLocation(client: Client, name: string): Promise<string> {
  const find = async () =>
    (await client.call(routes.locations.list)).items.find((item) => item.name === name && item.onlineCount > 0)?.id;
  await expect.poll(find, { timeout: PATIENCE_MS }).toBeDefined();
  return (await find()) ?? '';
}

/** Checks the target every second from the locations; answers the check's id once results arrive. */
export async function watch(client: Client, target: Target, locationIds: string[]): Promise<string> {
  const { id: systemId } = await client.call(routes.systems.create, { body: { name: 'Target' } });
  const { id: checkId } = await client.call(routes.checks.create, {
    body: {
      name: 'Target answers',
      kind: 'http',
      config: { url: target.url },
      collectors: [{ collector: 'response' }],
      schedule: { everySeconds: EVERY_SECONDS },
    },
  });
  await client.call(routes.assignments.create, { body: { checkId, systemId, locationIds } });
  for (const locationId of locationIds) await moreRuns(client, checkId, locationId);
  return checkId;
}

export async function runsOf(client: Client, checkId: string, locationId?: string): Promise<Run[]> {
  const query = { checkId, limit: 1000, ...(locationId === undefined ? {} : { locationId }) };
  return (await client.call(routes.results.runs, { query })).items;
}

/** Waits for healthy results of slots that are still to come. */
export async function moreRuns(client: Client, checkId: string, locationId?: string): Promise<void> {
  const from = Date.now();
  const isFresh = ({ slot, verdict }: Run) => verdict === 'healthy' && Date.parse(slot) > from;
  const freshRuns = async () => (await runsOf(client, checkId, locationId)).filter(isFresh).length;
  await expect.poll(freshRuns, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(3);
}

/** Of the slots from the first run to the last: how many were declared as missed, and which are simply lost. */
export async function missingSlots(client: Client, checkId: string): Promise<{ declared: number; lost: string[] }> {
  const scheduled = (await runsOf(client, checkId)).filter(({ attempt }) => attempt === 0);
  const slots = scheduled.map(({ slot }) => Date.parse(slot));
  const first = Math.min(...slots);
  const last = Math.max(...slots);
  const { gaps } = await client.call(routes.results.history, {
    query: { checkId, from: new Date(first).toISOString(), to: new Date(last).toISOString() },
  });
  let declared = 0;
  const lost: string[] = [];
  for (let slot = first; slot < last; slot += EVERY_SECONDS * 1000) {
    if (slots.includes(slot)) continue;
    if (gaps.some(({ from, to }) => Date.parse(from) <= slot && slot <= Date.parse(to))) declared += 1;
    else lost.push(new Date(slot).toISOString());
  }
  return { declared, lost };
}
