import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { hubActor, type Actor } from '../../actor.js';
import { Config } from '../../config.js';
import { HubProblem } from '../../problems.js';
import { StartupError } from '../../startup-error.js';
import { hashToken, randomToken } from '../token.js';
import { Users } from '../users.service.js';
import { Logins } from './logins.service.js';
import { SignIns } from './sign-ins.service.js';

/** Every replica prints an address of its own at start; so many of the newest work. */
const tokensKept = 10;
const setupLock = 7_226_003;

interface NewAdministrator {
  email: string;
  name: string;
  password: string;
}

/** The time before the first administrator exists. */
@Injectable()
export class Setup {
  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly logins: Logins,
    private readonly signIns: SignIns,
  ) {}

  isNeeded(): Promise<boolean> {
    return this.isOpen(this.dataSource.manager);
  }

  /**
   * Called once at start. While nobody exists: makes the administrator whom the environment names, or a one-time address
   * for whoever reads the log. Answers that address; null when set-up is done.
   */
  async begin(): Promise<string | null> {
    const { firstAdministrator: named } = this.config;
    if (named) {
      await this.createNamed({ ...named, name: named.email.split('@', 1)[0] ?? named.email });
      return null;
    }
    const token = randomToken();
    return this.dataSource.transaction(async (manager) => {
      await lock(manager);
      if (!(await this.isOpen(manager))) return null;
      const hashes = [...(await tokenHashes(manager)), hashToken(token).toString('hex')].slice(-tokensKept);
      await manager.query(
        `INSERT INTO settings (key, value) VALUES ('setup', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [JSON.stringify({ tokenHashes: hashes })],
      );
      return `${this.config.baseUrl}/setup?token=${token}`;
    });
  }

  /** Of two at once one becomes the administrator, the other is told that set-up is done. */
  async complete(
    input: NewAdministrator & { token: string },
    browser: { address: string; userAgent: string },
  ): Promise<{ id: string; cookie: string }> {
    const refuse = async (manager: EntityManager) => {
      if (!(await this.isOpen(manager))) throw new HubProblem('setup_done');
      const hash = hashToken(input.token).toString('hex');
      if (!(await tokenHashes(manager)).includes(hash)) throw new HubProblem('invalid_setup_token');
    };
    // Before the costly hash: only who holds the token may make the hub work.
    await refuse(this.dataSource.manager);
    const credential = await this.logins.hashPassword(input.password, 'password');
    return this.dataSource.transaction(async (manager) => {
      await lock(manager);
      await refuse(manager);
      const actor: Actor = { kind: 'user', id: null, name: input.name, rules: [], address: browser.address };
      const userId = await this.users.createAdministrator(manager, { ...input, credential }, actor);
      await manager.query(`DELETE FROM settings WHERE key = 'setup'`);
      return this.signIns.signIn(manager, userId, browser, undefined);
    });
  }

  private async createNamed(input: NewAdministrator): Promise<void> {
    if (!(await this.isNeeded())) return;
    const credential = await this.logins.hashPassword(input.password, 'password').catch((error: unknown) => {
      if (!(error instanceof HubProblem)) throw error;
      throw new StartupError(`CHECKSTACK_ADMIN_PASSWORD: ${error.message}`, { cause: error });
    });
    await this.dataSource.transaction(async (manager) => {
      await lock(manager);
      if (await this.isOpen(manager)) await this.users.createAdministrator(manager, { ...input, credential }, hubActor);
    });
  }

  private async isOpen(manager: EntityManager): Promise<boolean> {
    const [row] = await manager.query<[{ open: boolean }]>('SELECT NOT EXISTS (SELECT FROM users) AS open');
    return row.open;
  }
}

async function lock(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [setupLock]);
}

async function tokenHashes(manager: EntityManager): Promise<string[]> {
  const [row] = await manager.query<{ value: { tokenHashes: string[] } }[]>(
    `SELECT value FROM settings WHERE key = 'setup'`,
  );
  return row?.value.tokenHashes ?? [];
}
