import { Global, Logger, Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Config } from '../config.js';
import { openCipher } from './master-key.js';
import { Secrets } from './secrets.service.js';

const logger = new Logger('secrets');

@Global()
@Module({
  providers: [
    {
      provide: Secrets,
      inject: [Config, getDataSourceToken()],
      useFactory: async (config: Config, dataSource: DataSource) =>
        new Secrets(await openCipher(config, dataSource, (line) => logger.warn(line))),
    },
  ],
  exports: [Secrets],
})
export class SecretsModule {}
