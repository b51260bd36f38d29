import { createConnection, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface FullPort {
  port: number;
  close(): Promise<void>;
}

// Listens, tells its port and then stands still: nobody takes connections out of the queue.
const listener = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;

/** A local port on which a connection attempt gets no answer, as behind a firewall that drops packets. */
export async function openFullPort(): Promise<FullPort> {
  const worker = new Worker(listener, { eval: true });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const fillers: Socket[] = [];
  for (let isOpen = true; isOpen;) {
    const filler = createConnection({ port, host: '127.0.0.1' });
    filler.on('error', () => {});
    fillers.push(filler);
    isOpen = await connectsSoon(filler);
  }
  return {
    port,
    async close() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

/** The loopback answers at once or, with a full queue, not for the second that TCP waits before it asks again. */
function connectsSoon(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    // A busy machine runs a late timer first: the answer that waits behind it counts.
    const timer = setTimeout(() => setImmediate(() => resolve(!socket.connecting)), 500);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
