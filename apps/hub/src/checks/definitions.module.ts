import { Module } from '@nestjs/common';
import { Definitions } from './definitions.service.js';

/** Apart from the checks, because rosters need it too. */
@Module({ providers: [Definitions], exports: [Definitions] })
export class DefinitionsModule {}
