import { describeProbe, type ProbeDescriptor } from '@checkstack/plugin-sdk/runtime';
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import { probes } from '@checkstack/plugins/probes';
import { invalidField } from '../problems.js';

const byKind = new Map(probes.map((probe) => [probe.kind, probe]));

export const probeDescriptors: ProbeDescriptor[] = probes.map(describeProbe);

export function findProbe(kind: string): ProbeDefinition | undefined {
  return byKind.get(kind);
}

/** The probe that a request names. */
export function probeOf(kind: string): ProbeDefinition {
  const probe = byKind.get(kind);
  if (probe === undefined)
    throw invalidField('kind', `There is no such kind of check; there are ${[...byKind.keys()].join(', ')}.`);
  return probe;
}
