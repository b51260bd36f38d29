// The parts of one satellite, and what lives on its disk: spool, roster, and up to which slot each slice is recorded.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyRosterUpdate,
  noRoster,
  type Roster,
  type RosterUpdate,
  type Slice,
  type Welcome,
} from '@checkstack/link';
import { bootId, type Clock } from './clock.js';
import { loadRoster, saveRoster } from './roster-file.js';
import type { Runner } from './runner.js';
import { Schedule } from './schedule.js';
import { loadSlots, saveSlots } from './slots-file.js';
import { Spool, type SpoolOptions } from './spool/spool.js';
import type { Damage } from './spool/stream.js';
import { TestRuns } from './test-runs.js';

export interface SatelliteOptions {
  /** Exists, and no other process uses it. */
  dataDir: string;
  tokens: readonly string[];
  spool: Pick<SpoolOptions, 'maxBytes' | 'maxAgeMs' | 'sync'>;
  clock: Clock;
  runner: Runner;
  log: (line: string) => void;
}

/** What is recorded within this time is written and shipped together. */
const gatherMs = 20;
/** Newer slots than the file knows are in the spool, which keeps what is confirmed for ten minutes more. */
const checkpointMs = 60_000;
/** How long runs that are under way may still take when the satellite is stopped. */
const lastRunsMs = 1_000;

export class Satellite {
  readonly testRuns: TestRuns;
  roster: Roster = noRoster;
  schedule: Schedule;
  private readonly checkpoint: NodeJS.Timeout;
  /** The token that the roster on disk can be opened with. */
  private sealedFor = '';
  private suspending: Promise<void> = Promise.resolve();
  private saving: Promise<void> = Promise.resolve();
  private readonly troubles = new Map<string, string>();

  private constructor(
    private readonly options: SatelliteOptions,
    readonly spool: Spool,
    private satelliteId: string | null,
    settled: Map<string, number>,
  ) {
    this.testRuns = new TestRuns(options.runner);
    this.schedule = this.newSchedule(settled, spool.damages);
    spool.onDamaged = (damage) => this.schedule.declareDamage(damage);
    this.checkpoint = setInterval(() => void this.saveSlots(), checkpointMs).unref();
  }

  get runner(): Runner {
    return this.options.runner;
  }

  /** Takes up what an earlier life left, and goes on probing its roster, hub or no hub. */
  static async open(options: SatelliteOptions): Promise<Satellite> {
    const { dataDir, tokens, clock, log } = options;
    const held = await loadRoster(join(dataDir, 'roster'), tokens);
    const kept = await loadSlots(join(dataDir, 'slots.json'));
    if (kept?.bootId === bootId) clock.offsetMs = kept.clockOffsetMs;
    const satelliteId = held?.satelliteId ?? kept?.satelliteId ?? null;
    const settled = new Map(kept?.satelliteId === satelliteId ? Object.entries(kept?.slots ?? {}) : []);
    const bound = { folder: join(dataDir, 'spool'), bootId, gatherMs, now: () => clock.now(), log };
    const spoolOptions = { ...options.spool, ...bound };
    const spool = await Spool.open(spoolOptions, (slice, slotMs, ofSatellite) => {
      if (ofSatellite === satelliteId) settled.set(slice, Math.max(slotMs, settled.get(slice) ?? 0));
    });
    const satellite = new Satellite(options, spool, satelliteId, settled);
    if (held !== null) await satellite.resumeFromDisk(held.satelliteId, held.roster);
    else if (await exists(join(dataDir, 'roster')))
      log('The roster on disk cannot be opened with this token; the hub will send it anew.');
    return satellite;
  }

  async welcomed(welcome: Welcome, token: string): Promise<void> {
    const { clock, log } = this.options;
    await this.suspending;
    if (this.satelliteId !== null && this.satelliteId !== welcome.satelliteId) {
      log('The token belongs to another satellite than before: its roster and results are set aside.');
      await this.schedule.stop();
      this.roster = noRoster;
      this.schedule = this.newSchedule(new Map());
    }
    this.satelliteId = welcome.satelliteId;
    await this.spool.bind(welcome.satelliteId);
    this.spool.limitAge(welcome.limits.spoolMaxAgeMs);
    const movedMs = clock.set(welcome.hubTimeMs);
    if (this.schedule.isStopped) {
      this.schedule = this.newSchedule(new Map(this.schedule.recorded));
      this.schedule.set(this.slices);
    } else {
      this.schedule.clockMoved(movedMs);
    }
    this.declareWhatTheHubLost(welcome);
    if (this.roster.digest !== '' && this.sealedFor !== token) await this.saveRoster(token);
    await this.saveSlots();
  }

  /** Takes a roster over; answers why it could not, or ''. */
  async apply(update: RosterUpdate, token: string): Promise<string> {
    const applied = applyRosterUpdate(this.roster, update);
    // The hub answers a problem with the whole, which applies to anything.
    if ('problem' in applied) return applied.problem;
    // One that was lost, as with the token it was sealed for, is not: since then slices may have come.
    const isFirst = this.roster.digest === '' && this.schedule.recorded.size === 0;
    this.roster = applied.roster;
    await this.saveRoster(token);
    this.runner.keepOnly(this.slices);
    this.schedule.set(this.slices, { isFirst });
    // From here on a crash neither makes them new again nor forgets what is owed of those that changed.
    await this.saveSlots();
    return '';
  }

  /** The hub refuses this satellite: no more runs, but roster and spool stay. */
  suspend(): void {
    if (!this.schedule.isStopped) this.suspending = this.schedule.stop().then(() => this.saveSlots());
  }

  /** Ends the runs. The spool stays open, so that their results can be shipped. */
  async close(): Promise<void> {
    clearInterval(this.checkpoint);
    await this.suspending;
    await this.schedule.stop(lastRunsMs);
    await this.saveSlots();
  }

  private get slices(): Slice[] {
    return [...this.roster.slices.values()];
  }

  private async resumeFromDisk(satelliteId: string, roster: Roster): Promise<void> {
    await this.spool.bind(satelliteId);
    this.roster = roster;
    this.schedule.set(this.slices);
    this.options.log(`Probing ${roster.slices.size} slices from the roster on disk.`);
  }

  /** What is still held is sent again; what was confirmed longer ago is gone for good. */
  private declareWhatTheHubLost({ cursors, storedUntilMs }: Welcome): void {
    const toMs = this.spool.fallBack(cursors);
    if (toMs === null || storedUntilMs === 0) return;
    this.options.log('The hub has lost results that it had confirmed. What is still held is sent again.');
    this.schedule.declareDamage({ fromMs: storedUntilMs, toMs, reason: 'hub_restored' });
  }

  private newSchedule(settled: Map<string, number>, damages: readonly Damage[] = []): Schedule {
    const { clock, runner, log } = this.options;
    const { spool } = this;
    return new Schedule(
      { clock, log, run: (...run) => runner.run(...run), record: (record) => spool.append(record) },
      settled,
      damages,
    );
  }

  private async saveRoster(token: string): Promise<void> {
    const { satelliteId, roster } = this;
    if (satelliteId === null) return;
    await this.attempt('The roster cannot be kept on disk', async () => {
      await saveRoster(join(this.options.dataDir, 'roster'), token, { satelliteId, roster });
      this.sealedFor = token;
    });
  }

  /** What the file claims to be recorded is on the disk before it: else a crash would pass over it in silence. */
  private async saveSlots(): Promise<void> {
    this.saving = this.saving.then(async () => {
      const { satelliteId, spool } = this;
      if (satelliteId === null || !spool.isDurable) return;
      const slots = Object.fromEntries(this.schedule.recorded);
      await this.attempt('What is recorded cannot be noted on disk', async () => {
        await spool.sync();
        const kept = { satelliteId, bootId, clockOffsetMs: this.options.clock.offsetMs, slots };
        await saveSlots(join(this.options.dataDir, 'slots.json'), kept);
      });
    });
    await this.saving;
  }

  /** A full disk does not stop the satellite. Said once, not at each attempt. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.troubles.delete(what);
    } catch (error) {
      const { message } = error as Error;
      if (this.troubles.get(what) !== message) this.options.log(`${what}: ${message}`);
      this.troubles.set(what, message);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
