import { setTimeout as delay } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Drain } from './drain.js';

const patienceMs = 10_000;
const idleSweepMs = 50;

/** Takes on nothing new, lets what is under way finish, tells the sockets goodbye; what takes too long is cut off. */
export async function stopHub(hub: NestExpressApplication): Promise<void> {
  const server = hub.getHttpServer();
  hub.get(Drain).isDraining = true;
  const closed = hub.close();
  // Closing ends the idle connections; one that answers just now becomes idle later.
  const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
  const late = setTimeout(() => server.closeAllConnections(), patienceMs);
  try {
    await Promise.race([closed, delay(2 * patienceMs, undefined, { ref: false })]);
  } finally {
    clearInterval(sweep);
    clearTimeout(late);
  }
}
