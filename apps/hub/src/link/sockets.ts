import type { HubFrame, RunProgress } from '@checkstack/link';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Subject, type Observable } from 'rxjs';
import { Metrics } from '../operation/metrics.js';

/** What the rest of the hub may do with a satellite's socket. */
export interface SatelliteSocket {
  satelliteId: string;
  epoch: number;
  /** When it was opened, in hub time. */
  connectedAtMs: number;
  /** What the satellite understands beyond the first release. */
  features: readonly string[];
  send(frame: HubFrame): void;
}

/** The satellites whose sockets this replica holds. */
@Injectable()
export class Sockets {
  private readonly sockets = new Map<string, SatelliteSocket>();
  private readonly progress = new Subject<{ satelliteId: string; frame: RunProgress }>();

  /** What satellites here tell of the runs that were asked for with RunNow. */
  readonly runProgress$: Observable<{ satelliteId: string; frame: RunProgress }> = this.progress.asObservable();

  constructor({ registry }: Metrics) {
    const count = (): number => this.sockets.size;
    new Gauge({
      name: 'checkstack_satellite_sockets',
      help: 'Satellites connected to this process',
      registers: [registry],
      collect() {
        this.set(count());
      },
    });
  }

  /** false: the satellite's socket is not held here. */
  send(satelliteId: string, frame: HubFrame): boolean {
    const socket = this.sockets.get(satelliteId);
    socket?.send(frame);
    return socket !== undefined;
  }

  get(satelliteId: string): SatelliteSocket | undefined {
    return this.sockets.get(satelliteId);
  }

  all(): SatelliteSocket[] {
    return [...this.sockets.values()];
  }

  add(socket: SatelliteSocket): void {
    this.sockets.set(socket.satelliteId, socket);
  }

  /** Leaves the place to a newer socket of the same satellite. */
  remove(socket: SatelliteSocket): void {
    if (this.sockets.get(socket.satelliteId) === socket) this.sockets.delete(socket.satelliteId);
  }

  report(satelliteId: string, frame: RunProgress): void {
    this.progress.next({ satelliteId, frame });
  }
}
