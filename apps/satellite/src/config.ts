import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { StartupError } from './startup-error.js';

/** Settings of a satellite. Only this file reads the environment. */
export interface Config {
  hubUrl: string;
  /** The newest first; an older one is tried when the hub does not know it. */
  tokens: string[];
  dataDir: string;
  policyFile: string | undefined;
  /** What the processes of isolated probes are told of this environment; no secrets of the satellite or its owner. */
  probeEnvironment: Readonly<Record<string, string>>;
  spool: { sync: 'always' | 'interval' | 'off'; maxBytes: number; maxAgeMs: number };
  /** Port of the health endpoint on loopback; absent: none. */
  healthPort: number | undefined;
  /** `stdin`: started by a hub, and to end when that hub is gone. */
  parent: 'stdin' | undefined;
}

const environment = z.object({
  CHECKSTACK_HUB_URL: z
    .url({
      protocol: /^https?$/,
      error: 'CHECKSTACK_HUB_URL must be the address of the hub, such as https://checkstack.example.org.',
    })
    // It stands in the log.
    .refine(
      (url) => !URL.canParse(url) || new URL(url).password === '',
      'CHECKSTACK_HUB_URL must not hold a password.',
    ),
  CHECKSTACK_TOKEN: z
    .string('CHECKSTACK_TOKEN (or CHECKSTACK_TOKEN_FILE) must hold the token that the hub showed at enrolment.')
    .regex(/^[\w.~+/=-]+(\s*,\s*[\w.~+/=-]+)*$/, 'CHECKSTACK_TOKEN is not a token (of the form cst_…).'),
  CHECKSTACK_DATA_DIR: z.string().default('checkstack-satellite'),
  CHECKSTACK_POLICY_FILE: z.string().optional(),
  CHECKSTACK_SPOOL_SYNC: z
    .enum(['always', 'interval', 'off'], 'CHECKSTACK_SPOOL_SYNC is always, interval or off.')
    .default('interval'),
  CHECKSTACK_SPOOL_MAX_BYTES: z.coerce
    .number('CHECKSTACK_SPOOL_MAX_BYTES must be a number of bytes.')
    .int()
    .min(1_048_576, 'CHECKSTACK_SPOOL_MAX_BYTES must be at least 1048576.')
    .default(268_435_456),
  CHECKSTACK_SPOOL_MAX_AGE_HOURS: z.coerce
    .number('CHECKSTACK_SPOOL_MAX_AGE_HOURS must be a number of hours.')
    .positive()
    .max(72, 'CHECKSTACK_SPOOL_MAX_AGE_HOURS must be at most 72: the hub takes nothing older.')
    .default(72),
  CHECKSTACK_HEALTH_PORT: z.coerce
    .number('CHECKSTACK_HEALTH_PORT must be a port.')
    .int()
    .min(0)
    .max(65_535, 'CHECKSTACK_HEALTH_PORT must be a port.')
    .optional(),
  CHECKSTACK_PARENT: z.literal('stdin', 'CHECKSTACK_PARENT is stdin or unset.').optional(),
});

const passedOn =
  /^(PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|UV_THREADPOOL_SIZE)$/i;

/** Parses the environment. Throws one StartupError that names every mistake. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const values = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const problems: string[] = [];
  const tokenFile = values['CHECKSTACK_TOKEN_FILE'];
  if (tokenFile !== undefined) {
    try {
      values['CHECKSTACK_TOKEN'] = readFileSync(tokenFile, 'utf8').trim();
    } catch (error) {
      problems.push(`CHECKSTACK_TOKEN_FILE cannot be read: ${(error as Error).message}`);
    }
  }
  const parsed = environment.safeParse(values);
  if (parsed.success && problems.length === 0) {
    const probeEnvironment = Object.entries(values).filter(([name]) => passedOn.test(name)) as [string, string][];
    return toConfig(parsed.data, Object.fromEntries(probeEnvironment));
  }
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    // Said already, and better.
    if (name === 'CHECKSTACK_TOKEN' && tokenFile !== undefined && values[name] === undefined) continue;
    problems.push(message.includes(name) ? message : `${name}: ${message}`);
  }
  throw new StartupError(problems.join('\n'));
}

function toConfig(data: z.output<typeof environment>, probeEnvironment: Config['probeEnvironment']): Config {
  return {
    hubUrl: data.CHECKSTACK_HUB_URL,
    tokens: data.CHECKSTACK_TOKEN.split(',').map((token) => token.trim()),
    dataDir: resolve(data.CHECKSTACK_DATA_DIR),
    policyFile: data.CHECKSTACK_POLICY_FILE,
    probeEnvironment,
    spool: {
      sync: data.CHECKSTACK_SPOOL_SYNC,
      maxBytes: data.CHECKSTACK_SPOOL_MAX_BYTES,
      maxAgeMs: data.CHECKSTACK_SPOOL_MAX_AGE_HOURS * 3_600_000,
    },
    healthPort: data.CHECKSTACK_HEALTH_PORT,
    parent: data.CHECKSTACK_PARENT,
  };
}
