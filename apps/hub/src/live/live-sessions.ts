import type { LiveMessage } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../operation/metrics.js';
import type { LiveSession } from './live-session.js';
import { partsOf } from './topics.js';

/** The browsers that listen on this replica. */
@Injectable()
export class LiveSessions {
  private readonly sessions = new Set<LiveSession>();

  constructor({ registry }: Metrics) {
    const count = (): number => this.sessions.size;
    new Gauge({
      name: 'checkstack_live_sockets',
      help: 'Browsers connected to this process',
      registers: [registry],
      collect() {
        this.set(count());
      },
    });
  }

  add(session: LiveSession): void {
    this.sessions.add(session);
  }

  remove(session: LiveSession): void {
    this.sessions.delete(session);
  }

  all(): LiveSession[] {
    return [...this.sessions];
  }

  listeningTo(...topics: string[]): LiveSession[] {
    return this.all().filter((session) => session.hears(...topics));
  }

  /** The ids that somebody listens to: `check` → those of the topics `check:<id>`. */
  idsOf(kind: string): Set<string> {
    const ids = new Set<string>();
    for (const session of this.sessions) {
      for (const topic of session.topics) {
        const parts = partsOf(topic);
        if (parts.kind === kind && parts.id !== undefined) ids.add(parts.id);
      }
    }
    return ids;
  }

  send(message: LiveMessage, to: readonly LiveSession[]): void {
    for (const session of to) session.send(message);
  }
}
