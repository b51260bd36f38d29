// A TCP connection's way through trouble: passes bytes on, until it is told to hold, delay, cut, half-close or garble them.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const garbage = Buffer.alloc(96, 0xff);

export class Line {
  #server;
  #pairs = new Set();
  #isHeld = false;
  #delayMs = 0;
  #wakeUp = [];

  /** `route` answers the port to connect to, anew for each connection. */
  constructor(route) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#join(near, route));
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Nothing gets through, and nobody is told; what was sent arrives when it is released, as TCP would have it. */
  hold() {
    this.#isHeld = true;
    for (const { near, far } of this.#pairs) for (const socket of [near, far]) socket?.pause();
  }

  release() {
    this.#isHeld = false;
    for (const { near, far } of this.#pairs) for (const socket of [near, far]) socket?.resume();
    for (const wake of this.#wakeUp.splice(0)) wake();
  }

  /** Each way; 0: as fast as can be. */
  delay(ms) {
    this.#delayMs = ms;
  }

  cut() {
    for (const pair of this.#pairs) pair.end();
  }

  /** The far side is told that nothing more comes; the near side does not learn of it. */
  halfClose() {
    for (const pair of this.#pairs) {
      pair.isHalfClosed = true;
      pair.far?.end();
    }
  }

  /** What comes next on each connection, either way, begins with garbage. */
  garble() {
    for (const pair of this.#pairs) pair.garble = { near: true, far: true };
  }

  async close() {
    this.release();
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #join(near, route) {
    const pair = { near, far: null, isHalfClosed: false, garble: {}, end };
    const pairs = this.#pairs;
    function end() {
      pairs.delete(pair);
      near.destroy();
      pair.far?.destroy();
    }
    pairs.add(pair);
    near.on('error', end).on('close', end).pause();
    while (this.#isHeld) await new Promise((wake) => this.#wakeUp.push(wake));
    if (near.destroyed) return;
    const far = connect({ port: route(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    pair.far = far;
    far.on('error', end).on('close', end);
    this.#carry(pair, 'near', near, far);
    this.#carry(pair, 'far', far, near);
    near.resume();
  }

  #carry(pair, side, from, to) {
    let last = Promise.resolve();
    /** In order, also when the delay changes. */
    const later = (work) => {
      const wait = this.#delayMs > 0 ? new Promise((done) => setTimeout(done, this.#delayMs)) : undefined;
      if (wait === undefined && last === undefined) return work();
      const turn = Promise.all([last, wait]).then(work);
      last = turn.finally(() => {
        if (last === turn) last = undefined;
      });
    };
    from.on('data', (chunk) => {
      if (pair.garble[side]) {
        pair.garble[side] = false;
        garbage.copy(chunk, 0, 0, Math.min(garbage.length, chunk.length));
      }
      later(() => {
        if (to.writable && !to.write(chunk)) {
          from.pause();
          to.once('drain', () => !this.#isHeld && from.resume());
        }
      });
    });
    from.on('end', () => later(() => !pair.isHalfClosed && to.writable && to.end()));
  }
}
