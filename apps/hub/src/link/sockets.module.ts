import { Module } from '@nestjs/common';
import { Sockets } from './sockets.js';

/** Apart from the link itself, so that those whom the link uses may use the sockets. */
@Module({ providers: [Sockets], exports: [Sockets] })
export class SocketsModule {}
