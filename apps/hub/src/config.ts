import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { NetworkPolicy } from '@checkstack/plugin-sdk/runtime';
import { z } from 'zod';
import { StartupError } from './startup-error.js';

/** Settings of one hub process, injected by this class. Only this file reads the environment. */
export abstract class Config {
  abstract readonly port: number;
  /** Address to listen on; `::` takes IPv4 and IPv6. */
  abstract readonly host: string;
  abstract readonly dataDir: string;
  /** Absent: the embedded PostgreSQL in the data folder. */
  abstract readonly databaseUrl: string | undefined;
  /** For LISTEN and session locks when `databaseUrl` leads to a pooler. */
  abstract readonly databaseDirectUrl: string | undefined;
  /** Without a trailing slash. https switches Secure cookies, HSTS and upgrade on. */
  abstract readonly baseUrl: string;
  /** 64 hex digits; absent: generated into the data folder (embedded database only). */
  abstract readonly encryptionMasterKey: string | undefined;
  abstract readonly firstAdministrator: { email: string; password: string } | undefined;
  abstract readonly localSatellite: boolean;
  /** What the satellite beside the hub is told of this environment; none of the hub's own secrets. */
  abstract readonly satelliteEnvironment: Readonly<Record<string, string>>;
  /** Reverse proxies in front whose X-Forwarded-For is believed. */
  abstract readonly trustedProxies: number;
  /** Networks, addresses and hosts inside, which channels and integrations may reach: they are refused otherwise. */
  abstract readonly allowedTargets: readonly string[];
  abstract readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug';
}

const text = z.string().trim().min(1).optional();

const environment = z.object({
  PORT: z.coerce.number('PORT must be a number.').int().min(0).max(65_535, 'PORT must be at most 65535.').default(3000),
  HOST: text.default('::'),
  CHECKSTACK_DATA_DIR: text.default('data'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'DATABASE_URL must look like postgres://user:password@host:5432/database.',
    })
    .optional(),
  DATABASE_DIRECT_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'DATABASE_DIRECT_URL must look like postgres://user:password@host:5432/database.',
    })
    .optional(),
  BASE_URL: z
    .url({ protocol: /^https?$/, error: 'BASE_URL must be an http:// or https:// address.', abort: true })
    // The console is at the root of its host.
    .refine((url) => new URL(url).href === `${new URL(url).origin}/`, 'BASE_URL must be an origin, without a path.')
    .optional(),
  ENCRYPTION_MASTER_KEY: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'ENCRYPTION_MASTER_KEY must be 64 hexadecimal digits (openssl rand -hex 32).')
    .optional(),
  CHECKSTACK_ADMIN_EMAIL: z.email('CHECKSTACK_ADMIN_EMAIL is not a mail address.').optional(),
  CHECKSTACK_ADMIN_PASSWORD: z.string().min(1).optional(),
  CHECKSTACK_LOCAL_SATELLITE: z.enum(['on', 'off'], 'CHECKSTACK_LOCAL_SATELLITE is on or off.').default('on'),
  CHECKSTACK_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  CHECKSTACK_ALLOWED_TARGETS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((target) => target.trim())
        .filter((target) => target !== ''),
    )
    .superRefine((allow, issues) => {
      try {
        new NetworkPolicy({ allow });
      } catch (error) {
        issues.addIssue({ code: 'custom', message: `CHECKSTACK_ALLOWED_TARGETS: ${(error as Error).message}.` });
      }
    }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});

/** Variables that may come from a file named by `<NAME>_FILE`. */
const fromFile = ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'ENCRYPTION_MASTER_KEY', 'CHECKSTACK_ADMIN_PASSWORD'];

const passedOn =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CHECKSTACK_(POLICY_FILE|SPOOL_\w+)|(HTTPS?|ALL|NO)_PROXY)$/i;

/** Parses the environment. Throws one StartupError that names every mistake. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  // An empty variable is an unset one, as Compose and Helm write them.
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && value !== '') values[name] = value;
  for (const name of fromFile) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE cannot be read (${(error as Error).message}).`);
    }
  }
  const parsed = environment.safeParse(values);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.join('.');
      problems.push(issue.message.includes(name) ? issue.message : `${name}: ${issue.message}`);
    }
  } else {
    const { CHECKSTACK_ADMIN_EMAIL: email, CHECKSTACK_ADMIN_PASSWORD: password } = parsed.data;
    if ((email === undefined) !== (password === undefined)) {
      problems.push('CHECKSTACK_ADMIN_EMAIL and CHECKSTACK_ADMIN_PASSWORD (or _FILE) go together.');
    }
    if (parsed.data.DATABASE_URL !== undefined && parsed.data.ENCRYPTION_MASTER_KEY === undefined) {
      problems.push(
        'ENCRYPTION_MASTER_KEY must be set with an external database: make one with `openssl rand -hex 32` and keep it safe, for without it the stored secrets cannot be read.',
      );
    }
  }
  if (!parsed.success || problems.length > 0) throw new StartupError(problems.join('\n'));
  const data = parsed.data;
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: resolve(data.CHECKSTACK_DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    databaseDirectUrl: data.DATABASE_DIRECT_URL,
    baseUrl: (data.BASE_URL ?? `http://localhost:${data.PORT}`).replace(/\/+$/, ''),
    encryptionMasterKey: data.ENCRYPTION_MASTER_KEY,
    firstAdministrator:
      data.CHECKSTACK_ADMIN_EMAIL !== undefined && data.CHECKSTACK_ADMIN_PASSWORD !== undefined
        ? { email: data.CHECKSTACK_ADMIN_EMAIL, password: data.CHECKSTACK_ADMIN_PASSWORD }
        : undefined,
    localSatellite: data.CHECKSTACK_LOCAL_SATELLITE === 'on',
    satelliteEnvironment: Object.fromEntries(Object.entries(values).filter(([name]) => passedOn.test(name))),
    trustedProxies: data.CHECKSTACK_TRUSTED_PROXIES,
    allowedTargets: data.CHECKSTACK_ALLOWED_TARGETS,
    logLevel: data.LOG_LEVEL,
  };
}
