import { Global, Module } from '@nestjs/common';
import { Edits } from './edits.service.js';

@Global()
@Module({ providers: [Edits], exports: [Edits] })
export class EditsModule {}
