import type { AddressInfo, Server } from 'node:net';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '../config.js';
import { SatelliteBundle } from '../operation/satellite-bundle.js';
import { LocalIdentity } from './local-identity.js';
import { SupervisedProcess } from './supervised-process.js';

const retryMs = 5_000;

/** The satellite beside the hub, as a child process that speaks to it over the link like any other. */
@Injectable()
export class LocalSatellite implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('local satellite');
  private process: SupervisedProcess | undefined;
  private starting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly config: Config,
    private readonly http: HttpAdapterHost,
    private readonly bundle: SatelliteBundle,
    private readonly identity: LocalIdentity,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.localSatellite) return;
    const server = this.http.httpAdapter.getHttpServer() as Server;
    server.once('listening', () => this.begin(hubUrlOf(server.address() as AddressInfo)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.starting;
    await this.process?.stop();
  }

  private begin(hubUrl: string): void {
    this.starting = this.start(hubUrl).catch((error: Error) => {
      this.logger.error(`It cannot be started: ${error.message} The next attempt is in ${retryMs / 1000} s.`);
      if (!this.closed) this.timer = setTimeout(() => this.begin(hubUrl), retryMs);
    });
  }

  private async start(hubUrl: string): Promise<void> {
    const { path } = await this.bundle.read();
    await this.identity.ensure();
    if (this.closed) return;
    this.process = new SupervisedProcess({
      program: path,
      env: {
        ...this.config.satelliteEnvironment,
        CHECKSTACK_HUB_URL: hubUrl,
        CHECKSTACK_TOKEN_FILE: this.identity.tokenFile,
        CHECKSTACK_DATA_DIR: this.identity.folder,
        CHECKSTACK_PARENT: 'stdin',
        // Of these threads half may hang in name lookups. Node reads it before a program begins.
        UV_THREADPOOL_SIZE: '16',
      },
      // Its own time stands before each line; the hub's log has one already.
      log: (line) => this.logger.log(line.replace(/^\d{4}-\d\d-\d\dT\S+Z /, '')),
    });
  }
}

/** How the hub's own machine reaches it. */
export function hubUrlOf({ address, family, port }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
