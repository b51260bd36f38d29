// What the owner of this satellite allows; the hub cannot widen it.
import { readFileSync } from 'node:fs';
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import { NetworkPolicy } from '@checkstack/plugin-sdk/runtime';
import * as z from 'zod';
import { StartupError } from './startup-error.js';

const file = z.strictObject({
  probes: z.strictObject({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() }).default({}),
  networks: z.strictObject({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() }).default({}),
  scripts: z.enum(['on', 'off']).default('off'),
});

export interface Policy {
  network: NetworkPolicy;
  /** The rule that forbids this probe, or null. */
  refuseProbe: (probe: Pick<ProbeDefinition, 'kind' | 'runsCode'>) => string | null;
}

/** Throws StartupError with a sentence that names the file and what is wrong in it. */
export function loadPolicy(path: string | undefined): Policy {
  const { probes, networks, scripts } = path === undefined ? file.parse({}) : read(path);
  return {
    network: new NetworkPolicy({ allow: networks.allow ?? [], deny: networks.deny ?? [] }),
    refuseProbe({ kind, runsCode = false }) {
      if (probes.deny?.includes(kind)) return `probes.deny names ${kind}`;
      if (probes.allow !== undefined && !probes.allow.includes(kind)) return `probes.allow does not name ${kind}`;
      if (runsCode && scripts === 'off') return 'scripts is off';
      return null;
    },
  };
}

function read(path: string): z.output<typeof file> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartupError(`The policy file cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const policy = file.parse(JSON.parse(text));
    new NetworkPolicy({ allow: policy.networks.allow ?? [], deny: policy.networks.deny ?? [] });
    return policy;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new StartupError(`The policy file ${path} is not valid: ${why}`, { cause: error });
  }
}
