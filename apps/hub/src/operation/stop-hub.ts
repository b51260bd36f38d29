import { setTimeout as delay } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Drain } from './drain.js';

const patienceMs = 10_000;

/** Takes on nothing new, lets what is under way finish, tells the sockets goodbye; what takes too long is cut off. */
export async function stopHub(hub: NestExpressApplication): Promise<void> {
  hub.get(Drain).isDraining = true;
  const closed = hub.close();
  const isLate = delay(patienceMs, true, { ref: false });
  if (await Promise.race([closed.then(() => false), isLate])) {
    hub.getHttpServer().closeAllConnections();
    await Promise.race([closed, delay(patienceMs, undefined, { ref: false })]);
  }
}
