import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { Access } from './access.service.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.service.js';
import { Role } from './role.entity.js';
import { Roles } from './roles.service.js';
import { Sessions } from './sessions.service.js';
import { Logins } from './sign-in/logins.service.js';
import { SessionController } from './sign-in/session.controller.js';
import { SetupController } from './sign-in/setup.controller.js';
import { Setup } from './sign-in/setup.service.js';
import { SignInFailures } from './sign-in/sign-in-failures.js';
import { SignIns } from './sign-in/sign-ins.service.js';
import { TeamEntity } from './team.entity.js';
import { TeamsController } from './teams.controller.js';
import { Teams } from './teams.service.js';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';
import { Users } from './users.service.js';

/** Who may do what. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Role, User, ApiKey, TeamEntity])],
  controllers: [SessionController, SetupController, UsersController, TeamsController, ApiKeysController],
  providers: [
    Access,
    Sessions,
    Roles,
    Users,
    Teams,
    ApiKeys,
    Logins,
    SignInFailures,
    SignIns,
    Setup,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Access, Users, Teams],
})
export class AccessModule {}
