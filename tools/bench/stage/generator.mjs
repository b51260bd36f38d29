// A process full of satellites without probes: they speak the real link to the real hub, and ship made-up http results.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { dialLink, LinkRefused } from '../../../libs/link/dist/index.js';
import { slicePhaseMs } from '../../../libs/link/dist/phase.js';
import { sampleGauges, sampleHello } from '../../../libs/link/dist/testing/index.js';
import { answering } from './answering.mjs';
import { addressOf, resultOf } from './facts.mjs';

const batchRecords = 200;
const dialsAtOnce = 100;
/** As a real satellite comes back (docs/link.md, "Back-off"). */
const backoff = { firstMs: 500, mostMs: 30_000 };

/** As many as a hub allows without an Ack. */
const windowBatches = 8;

/** Keeps what it shipped until it is acknowledged, and ships it again after a new connection. */
class LoadSatellite {
  ackMs = [];
  dialledAtMs = [];
  onAck = () => undefined;
  onWelcome = () => undefined;
  isWelcome = false;
  isEnding = false;
  #records = [];
  /** The sequence number of the last acknowledged record, and of the last one sent. */
  #acknowledged = 0;
  #sent = 0;
  #underway = [];
  #stream = randomUUID();
  #processId = randomUUID();
  #ceilingMs = backoff.firstMs;

  constructor(url, { token, sliceIds }, firstAddress) {
    this.url = url;
    this.token = token;
    this.slices = sliceIds.map((id, index) => ({ id, address: addressOf(firstAddress + index), sentMs: 0 }));
  }

  /** Dials until it is welcome, and again after each end. */
  async stayConnected() {
    while (!this.isEnding) {
      const waitMs = await this.#connectOnce().catch((error) => this.#refused(error));
      if (this.isEnding) return;
      await delay(waitMs + Math.random() * this.#ceilingMs);
      this.#ceilingMs = Math.min(backoff.mostMs, this.#ceilingMs * 2);
    }
  }

  /** Records that are not acknowledged. */
  get waiting() {
    return this.#records.length;
  }

  ship(records) {
    for (const record of records) this.#records.push(record);
    this.#pump();
  }

  async end() {
    this.isEnding = true;
    await this.link?.close({ reason: 'stopping', message: '', retryAfterMs: 0 });
  }

  #pump() {
    while (this.isWelcome && this.#underway.length < windowBatches) {
      const from = this.#sent - this.#acknowledged;
      const records = this.#records.slice(from, from + batchRecords);
      if (records.length === 0) return;
      const firstSequence = this.#sent + 1;
      this.#sent += records.length;
      this.#underway.push({ lastSequence: this.#sent, sentAtMs: performance.now() });
      const clocks = { wallClockMs: Date.now(), monotonicMs: performance.now() };
      this.link.send({ kind: 'resultBatch', stream: this.#stream, firstSequence, records, ...clocks });
    }
  }

  async #connectOnce() {
    this.dialledAtMs.push(Date.now());
    this.link = await dialLink({ url: this.url, token: this.token, openWithinMs: 30_000 });
    this.link.onFrame((frame) => this.#take(frame));
    const [firstSequence, lastSequence] = [this.#acknowledged + 1, this.#acknowledged + this.waiting];
    const streams = this.waiting > 0 ? [{ stream: this.#stream, firstSequence, lastSequence }] : [];
    this.link.send(sampleHello({ processId: this.#processId, streams }));
    const { goodbye } = await this.link.ended;
    this.isWelcome = false;
    clearInterval(this.beating);
    return goodbye?.retryAfterMs ?? 0;
  }

  #refused(error) {
    return error instanceof LinkRefused && error.refusal.status === 503 ? error.refusal.retryAfterMs : 0;
  }

  #take(frame) {
    if (frame.kind === 'ack') return this.#takeAck(frame);
    if (frame.kind === 'rosterUpdate') {
      const { revision, digest } = frame;
      this.link.send({ kind: 'rosterApplied', revision, digest, problem: '' });
    }
    if (frame.kind === 'welcome') this.#begin(frame);
  }

  #begin({ cursors, limits }) {
    this.isWelcome = true;
    for (const { sequence } of cursors) this.#drop(sequence);
    this.#underway = [];
    this.#sent = this.#acknowledged;
    this.beating = setInterval(() => this.#beat(), limits.heartbeatIntervalMs);
    this.#beat();
    this.onWelcome();
    this.#pump();
  }

  #beat() {
    // A link that lasted a while is a sound one.
    this.#ceilingMs = backoff.firstMs;
    const gauges = sampleGauges({ slices: this.slices.length });
    this.link.send({ kind: 'heartbeat', id: 1, sentAtMs: Date.now(), gauges });
  }

  #takeAck({ sequence }) {
    const nowMs = performance.now();
    while (this.#underway.length > 0 && this.#underway[0].lastSequence <= sequence)
      this.ackMs.push(nowMs - this.#underway.shift().sentAtMs);
    this.#drop(sequence);
    this.#pump();
    this.onAck();
  }

  #drop(sequence) {
    if (sequence <= this.#acknowledged) return;
    this.#records.splice(0, sequence - this.#acknowledged);
    this.#acknowledged = sequence;
  }
}

function begin({ url, satellites, firstAddress }) {
  const all = satellites.map((satellite, index) => new LoadSatellite(url, satellite, firstAddress + index * 1_000));

  /** Newer than the last one of each slice, and about now: live results. */
  const batchOf = (satellite, turn, options) => {
    const from = (turn * batchRecords) % satellite.slices.length;
    const nowMs = Date.now();
    return satellite.slices.slice(from, from + batchRecords).map((slice) => {
      slice.sentMs = Math.max(slice.sentMs + 1, nowMs);
      return resultOf(slice, slice.sentMs, options);
    });
  };
  const allAcknowledged = () =>
    new Promise((resolve) => {
      const look = () => all.every(({ waiting }) => waiting === 0) && resolve();
      for (const satellite of all) satellite.onAck = look;
      look();
    });

  return {
    async connect() {
      for (let from = 0; from < all.length; from += dialsAtOnce) {
        const some = all.slice(from, from + dialsAtOnce);
        for (const satellite of some) void satellite.stayConnected();
        while (!some.every(({ isWelcome }) => isWelcome)) await delay(5);
      }
    },

    /** Each ships as fast as the hub acknowledges, `window` batches under way. */
    async flood({ batches, window, isEncrypted }) {
      await Promise.all(
        all.map(
          (satellite) =>
            new Promise((resolve) => {
              let turn = 0;
              satellite.onAck = () => {
                while (turn < batches && satellite.waiting < window * batchRecords)
                  satellite.ship(batchOf(satellite, turn++, { isEncrypted }));
                if (satellite.waiting === 0) resolve();
              };
              satellite.onAck();
            }),
        ),
      );
    },

    /** Together `perSecond` results; answers how long each batch waited for its Ack. */
    async pace({ perSecond, seconds }) {
      const everyMs = (1_000 * batchRecords * all.length) / perSecond;
      for (const satellite of all) satellite.ackMs = [];
      await Promise.all(
        all.map(async (satellite, index) => {
          const beganMs = performance.now() + (everyMs * index) / all.length;
          for (let turn = 0; turn * everyMs < seconds * 1_000; turn++) {
            await delay(Math.max(0, beganMs + turn * everyMs - performance.now()));
            satellite.ship(batchOf(satellite, turn));
          }
        }),
      );
      await allAcknowledged();
      return all.flatMap(({ ackMs }) => ackMs);
    },

    /** Each slice at its own slot of the interval, shipped as it is due, as a satellite does. */
    async live({ everyMs, seconds }) {
      const due = all
        .flatMap((satellite) =>
          satellite.slices.map((slice) => ({ satellite, slice, phaseMs: slicePhaseMs(slice.id, everyMs) })),
        )
        .sort((one, other) => one.phaseMs - other.phaseMs);
      const endMs = Date.now() + seconds * 1_000;
      let position = due.findIndex(({ phaseMs }) => phaseMs > Date.now() % everyMs);
      let turnMs = Math.floor(Date.now() / everyMs) * everyMs;
      if (position < 0) [position, turnMs] = [0, turnMs + everyMs];
      let shipped = 0;
      for (let nowMs = Date.now(); nowMs < endMs; nowMs = Date.now()) {
        const ready = new Map();
        while (turnMs + due[position].phaseMs <= nowMs) {
          const { satellite, slice, phaseMs } = due[position++];
          const records = ready.get(satellite) ?? [];
          ready.set(satellite, records);
          records.push(resultOf(slice, turnMs + phaseMs));
          if (position === due.length) [position, turnMs] = [0, turnMs + everyMs];
        }
        for (const [satellite, records] of ready) {
          satellite.ship(records);
          shipped += records.length;
        }
        await delay(2);
      }
      await allAcknowledged();
      return shipped;
    },

    /** Resolves when each has lost its link and is welcome again: when the last one was, and when each dialled. */
    async back() {
      const awaited = new Set(all);
      for (const satellite of all) satellite.dialledAtMs = [];
      await new Promise((resolve) => {
        for (const satellite of all)
          satellite.onWelcome = () => {
            awaited.delete(satellite);
            if (awaited.size === 0) resolve();
          };
      });
      return { lastAtMs: Date.now(), dialledAtMs: all.flatMap(({ dialledAtMs }) => dialledAtMs) };
    },

    connected: () => all.filter(({ isWelcome }) => isWelcome).length,

    async end() {
      await Promise.all(all.map((satellite) => satellite.end()));
    },
  };
}

answering(begin);
