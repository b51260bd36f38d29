// The parts of one satellite, and what lives on its disk: spool, roster, and up to which slot each slice is recorded.
import { readFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyRosterUpdate,
  noRoster,
  type LinkRecord,
  type Roster,
  type RosterUpdate,
  type Welcome,
} from '@checkstack/link';
import * as z from 'zod';
import type { Clock } from './clock.js';
import { loadRoster, saveRoster } from './roster-file.js';
import { Runner } from './runner.js';
import { Schedule } from './schedule.js';
import { Spool, type SpoolOptions } from './spool/spool.js';
import { TestRuns } from './test-runs.js';

export interface SatelliteOptions {
  dataDir: string;
  tokens: readonly string[];
  spool: Omit<SpoolOptions, 'folder' | 'log'>;
  clock: Clock;
  runner: Runner;
  log: (line: string) => void;
}

/** Newer slots than this file knows are in the spool, which keeps what is confirmed for ten minutes more. */
const checkpointMs = 60_000;
const slotsFile = z.record(z.string(), z.number());

export class Satellite {
  readonly testRuns: TestRuns;
  roster: Roster = noRoster;
  private satelliteId: string | null = null;
  private readonly checkpoint: NodeJS.Timeout;

  private constructor(
    private readonly options: SatelliteOptions,
    readonly spool: Spool,
    private lastSlots: Map<string, number>,
    public schedule: Schedule,
  ) {
    this.testRuns = new TestRuns(options.runner);
    this.checkpoint = setInterval(() => void this.saveSlots(), checkpointMs);
    this.checkpoint.unref();
  }

  get runner(): Runner {
    return this.options.runner;
  }

  /** Takes up what an earlier life left, and goes on probing its roster, hub or no hub. */
  static async open(options: SatelliteOptions): Promise<Satellite> {
    const { dataDir, tokens, log } = options;
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const lastSlots = await loadSlots(join(dataDir, 'slots.json'));
    const spool = await Spool.open({ ...options.spool, folder: join(dataDir, 'spool'), log }, (record) => {
      const slot = slotOf(record);
      if (slot !== null) lastSlots.set(record.slice, Math.max(slot, lastSlots.get(record.slice) ?? 0));
    });
    const satellite = new Satellite(options, spool, lastSlots, newSchedule(options, spool, lastSlots));
    const held = await loadRoster(join(dataDir, 'roster'), tokens);
    if (held !== null) {
      await spool.bind(held.satelliteId);
      satellite.satelliteId = held.satelliteId;
      satellite.roster = held.roster;
      satellite.schedule.set([...held.roster.slices.values()], { resumed: true });
      log(`Probing ${held.roster.slices.size} slices from the roster on disk.`);
    }
    return satellite;
  }

  async welcomed(welcome: Welcome, token: string): Promise<void> {
    const { clock } = this.options;
    if (this.satelliteId !== null && this.satelliteId !== welcome.satelliteId) {
      this.options.log('The token belongs to another satellite than before: its roster and results are set aside.');
      this.roster = noRoster;
      this.schedule.set([]);
    }
    this.satelliteId = welcome.satelliteId;
    await this.spool.bind(welcome.satelliteId);
    this.schedule.clockMoved(clock.set(welcome.hubTimeMs));
    if (this.schedule.isStopped) this.resume();
    if (this.roster.digest !== '') await this.saveRoster(token);
  }

  /** Takes a roster over; answers why it could not, or ''. */
  async apply(update: RosterUpdate, token: string): Promise<string> {
    const applied = applyRosterUpdate(this.roster, update);
    if ('problem' in applied) {
      // The hub answers with the whole, from nothing.
      this.options.log(`A roster update cannot be taken: ${applied.problem}.`);
      return applied.problem;
    }
    const isFirst = this.roster.digest === '';
    this.roster = applied.roster;
    const slices = [...this.roster.slices.values()];
    this.runner.keepOnly(slices);
    this.schedule.set(slices, { resumed: isFirst });
    await this.saveRoster(token);
    return '';
  }

  /** The hub refuses this satellite: no more runs, but roster and spool stay. */
  suspend(): void {
    if (this.schedule.isStopped) return;
    void this.schedule.stop().then(() => this.saveSlots());
  }

  async close(): Promise<void> {
    clearInterval(this.checkpoint);
    await this.schedule.stop();
    await this.saveSlots();
  }

  private resume(): void {
    this.lastSlots = new Map(this.schedule.recorded);
    this.schedule = newSchedule(this.options, this.spool, this.lastSlots);
    this.schedule.set([...this.roster.slices.values()], { resumed: true });
  }

  private async saveRoster(token: string): Promise<void> {
    if (this.satelliteId === null) return;
    const held = { satelliteId: this.satelliteId, roster: this.roster };
    await saveRoster(join(this.options.dataDir, 'roster'), token, held).catch((error: unknown) => {
      this.options.log(`The roster cannot be kept on disk: ${(error as Error).message}`);
    });
  }

  private async saveSlots(): Promise<void> {
    const path = join(this.options.dataDir, 'slots.json');
    const slots = JSON.stringify(Object.fromEntries(this.schedule.recorded));
    try {
      await writeFile(`${path}.new`, slots, { mode: 0o600 });
      await rename(`${path}.new`, path);
    } catch (error) {
      this.options.log(`What is recorded cannot be noted on disk: ${(error as Error).message}`);
    }
  }
}

function newSchedule(
  { clock, runner, log }: SatelliteOptions,
  spool: Spool,
  lastSlots: ReadonlyMap<string, number>,
): Schedule {
  const options = {
    clock,
    log,
    run: (slice: Parameters<Runner['run']>[0], signal: AbortSignal) => runner.run(slice, signal),
    record: (record: LinkRecord) => spool.append(record),
  };
  return new Schedule(options, lastSlots);
}

/** The scheduled slot that a record settles. */
function slotOf(record: LinkRecord): number | null {
  if (record.kind === 'gap') return record.toSlotMs;
  return record.attempt === 0 ? record.slotMs : null;
}

async function loadSlots(path: string): Promise<Map<string, number>> {
  try {
    return new Map(Object.entries(slotsFile.parse(JSON.parse(await readFile(path, 'utf8')))));
  } catch {
    return new Map();
  }
}
