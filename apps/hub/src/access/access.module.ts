import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { Access } from './access.service.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeys } from './api-keys.service.js';
import { Role } from './role.entity.js';
import { Roles } from './roles.service.js';
import { Sessions } from './sessions.service.js';
import { User } from './user.entity.js';

/** Who may do what. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Role, User, ApiKey])],
  providers: [Access, Sessions, Roles, ApiKeys, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [Access],
})
export class AccessModule {}
