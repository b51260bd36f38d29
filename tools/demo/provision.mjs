// Brings the hub's catalog to what the demo shows; whatever is there already, or was changed by hand, stays.
import { environments, locations, systems } from './landscape.mjs';

const thresholds = { healthy: 1, degraded: 2, unhealthy: 2 };

/** `tokens`: of the satellites enrolled before, by location; new ones are added to it. */
export async function provision(hub, ports, tokens) {
  const locationIds = [];
  for (const name of locations) {
    if (!tokens[name]) tokens[name] = (await hub.post('/satellites', { name, location: { name } })).token;
    locationIds.push((await hub.ensure('/locations', name)).id);
  }
  const environmentIds = [];
  for (const { name, ...rest } of environments) environmentIds.push((await hub.ensure('/environments', name, rest)).id);
  for (const { name, description, group, check } of systems) {
    const groupIds = [(await hub.ensure('/groups', group)).id];
    const system = await hub.ensure('/systems', name, { description, groupIds, environmentIds });
    const { id: checkId } = await ensureCheck(hub, check, ports[check.target]);
    const { items } = await hub.get(`/assignments?checkId=${checkId}`);
    if (items.length > 0) continue;
    await hub.post('/assignments', { checkId, systemId: system.id, locationIds, thresholds });
  }
}

/** A check follows its target when that had to move to another port. */
async function ensureCheck(hub, { name, kind, collectors, config }, port) {
  const wanted = config(port);
  const check = await hub.ensure('/checks', name, { kind, config: wanted, collectors, schedule: { everySeconds: 5 } });
  const hasMoved = ['url', 'port'].some((key) => check.config[key] !== wanted[key]);
  if (!hasMoved) return check;
  return hub.patch(`/checks/${check.id}`, { config: { ...check.config, ...wanted } }, check.version);
}
