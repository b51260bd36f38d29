// Asks blackbox_exporter for one probe after the other at a steady rate, as Prometheus does.
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { answering } from './answering.mjs';

const tickMs = 5;

answering(({ port, target, checks, everyMs }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  let done = 0;
  let failed = 0;

  async function probe(index) {
    try {
      const path = `/probe?module=http&target=${encodeURIComponent(`${target}/${index}`)}`;
      const [response] = await once(get({ port, path, agent }), 'response');
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      if (!text.includes('\nprobe_success 1')) failed++;
    } catch {
      failed++;
    }
    done++;
  }

  return {
    /** Goes on by itself. */
    async begin() {
      void (async () => {
        const beganAt = performance.now();
        for (let asked = 0; ; await delay(tickMs)) {
          const due = Math.floor(((performance.now() - beganAt) * checks) / everyMs);
          while (asked < due) void probe(asked++ % checks);
        }
      })();
    },
    take() {
      const taken = { done, failed };
      [done, failed] = [0, 0];
      return taken;
    },
  };
});
