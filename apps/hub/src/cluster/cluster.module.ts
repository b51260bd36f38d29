import { Global, Module } from '@nestjs/common';
import { HubClock } from './hub-clock.js';
import { Jobs } from './jobs.js';
import { Notices } from './notices.js';
import { Replica } from './replica.js';

const services = [HubClock, Replica, Jobs, Notices];

/** What makes many hub processes act as one. */
@Global()
@Module({ providers: services, exports: services })
export class ClusterModule {}
