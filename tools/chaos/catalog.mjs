// What is watched in the trial: checks of the target with different intervals, thresholds and locations.

const intervals = [1, 2, 1, 3];
const thresholds = [
  { healthy: 1, degraded: 2, unhealthy: 3 },
  { healthy: 2, degraded: 3, unhealthy: 2 },
  { healthy: 1, degraded: 1, unhealthy: 1 },
];
const systemNames = ['Shop', 'Mail', 'Warehouse'];
const isWell = { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' };
/** Never holds, and quotes the body: fifty of it make a record of some 12 kB. */
const loud = { fact: 'body', operator: 'equals', value: '', severity: 'degraded' };

export const satelliteNames = ['North 1', 'North 2', 'South', 'East', 'West 1', 'West 2'];
/** Its results are large and its spool is small. */
export const loudSatellite = 'East';
/** It has a neighbour that takes over. */
export const doubledSatellites = ['North 1', 'North 2'];
/** While one of them is cut off, the other runs the same slots. */
export const partitionedSatellites = ['West 1', 'West 2'];

const locationOf = (satellite) => satellite.split(' ')[0];

export class Catalog {
  /** Path of the target → { id, name, timeoutMs, exempt: [from, to][] }. */
  checks = new Map();
  #locationIds = {};
  #systemIds = [];

  constructor(operator, target) {
    this.operator = operator;
    this.target = target;
  }

  /** Answers the tokens, by satellite. */
  async provision() {
    const tokens = {};
    for (const name of satelliteNames) {
      const location = { name: locationOf(name) };
      const enrolment = { name, location, offlineToleranceSeconds: 15 };
      const { satellite, token } = await this.operator.call('POST', '/satellites', enrolment);
      tokens[name] = { id: satellite.id, token };
      this.#locationIds[satellite.location.name] = satellite.location.id;
    }
    for (const name of systemNames) this.#systemIds.push((await this.operator.make('/systems', name)).id);
    for (let index = 0; index < 8; index++) await this.addCheck({});
    for (let index = 0; index < 7; index++) await this.addCheck({ isLoud: true });
    for (let index = 0; index < 6; index++) await this.addCheck({ isForPartition: true });
    return tokens;
  }

  async addCheck({ isLoud = false, isForPartition = false }) {
    const index = this.checks.size;
    const path = `/${index}`;
    this.target.set(path, 'well');
    const config = { url: this.target.url(path), expectedStatus: '100-599', headers: { 'X-Edit': '0' } };
    const assertions = isLoud ? [isWell, ...Array.from({ length: 49 }, () => loud)] : [isWell];
    const { id } = await this.operator.make('/checks', `Check ${index}`, {
      kind: 'http',
      config,
      collectors: [{ collector: 'response', assertions }],
      schedule: { everySeconds: isLoud || isForPartition ? 1 : intervals[index % intervals.length] },
      timeoutMs: 900,
    });
    const some = index % 3 === 2 ? ['North'] : ['North', 'South'];
    const names = isLoud ? ['East'] : isForPartition ? ['West'] : some;
    const assignment = {
      checkId: id,
      systemId: this.#systemIds[index % this.#systemIds.length],
      locationIds: names.map((name) => this.#locationIds[name]),
      thresholds: thresholds[index % thresholds.length],
    };
    await this.operator.call('POST', '/assignments', assignment).catch((error) => {
      // The answer to the first try was lost.
      if (error.status !== 409) throw error;
    });
    this.checks.set(path, { id, name: `Check ${index}`, config, isLoud, exempt: [] });
  }

  /** Another definition: its slices run once more at once. */
  async edit(path, revision) {
    const { id, config } = this.checks.get(path);
    await this.operator.call('PATCH', `/checks/${id}`, { config: { ...config, headers: { 'X-Edit': revision } } });
  }

  /** Its slots do not count from before it is paused until after it is told to go on. */
  async pauseFor(path, wait) {
    const { id, exempt } = this.checks.get(path);
    const span = [Date.now(), Infinity];
    exempt.push(span);
    await this.operator.call('PATCH', `/checks/${id}`, { paused: true });
    await wait();
    await this.operator.call('PATCH', `/checks/${id}`, { paused: false });
    span[1] = Date.now();
  }
}
