import type { LiveMessage } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../operation/metrics.js';
import { closeCodes, type LiveSession } from './live-session.js';
import { partsOf } from './topics.js';

/** More windows than anybody looks at; a page that opens sockets in a circle stops here. */
const mostOfOneUser = 30;

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

  /** One too many of a user, or of a key, makes the oldest of theirs go. */
  add(session: LiveSession): void {
    const own = this.all().filter(({ actor }) => actor.kind === session.actor.kind && actor.id === session.actor.id);
    for (const oldest of own.slice(0, Math.max(0, own.length + 1 - mostOfOneUser))) {
      this.sessions.delete(oldest);
      oldest.close(
        closeCodes.tooMany,
        `More than ${mostOfOneUser} windows are open: the oldest is not kept up to date.`,
      );
    }
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
