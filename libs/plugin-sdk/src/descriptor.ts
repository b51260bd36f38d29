// A probe as plain JSON: what the console draws forms, assertions, charts and reference pages from.
import { z } from 'zod';
import type { Assertion } from './assertions.js';
import type { FactDefinition } from './facts.js';
import { runFailures } from './failures.js';
import { jsonSchemaOf, type JsonSchema } from './marks.js';
import type { FailureDefinition, ProbeDefinition } from './probe.js';

export interface CollectorDescriptor {
  title: string;
  description: string;
  configSchema: JsonSchema;
  facts: Record<string, FactDefinition>;
  defaultAssertions: Assertion[];
}

export interface ProbeDescriptor {
  kind: string;
  title: string;
  description: string;
  configSchema: JsonSchema;
  collectors: Record<string, CollectorDescriptor>;
  /** Of the probe and of every run. */
  failures: Record<string, FailureDefinition>;
}

const noOptions = z.strictObject({});

export function describeProbe(probe: ProbeDefinition): ProbeDescriptor {
  return {
    kind: probe.kind,
    title: probe.title,
    description: probe.description,
    configSchema: jsonSchemaOf(probe.config),
    collectors: Object.fromEntries(
      Object.entries(probe.collectors).map(([name, collector]) => [
        name,
        {
          title: collector.title,
          description: collector.description ?? '',
          configSchema: jsonSchemaOf(collector.config ?? noOptions),
          facts: collector.facts,
          defaultAssertions: collector.defaultAssertions ?? [],
        },
      ]),
    ),
    failures: { ...probe.failures, ...runFailures },
  };
}
