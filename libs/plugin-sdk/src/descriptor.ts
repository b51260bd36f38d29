// Probes, channels and integrations as plain JSON: what the console draws forms, charts and reference pages from.
import type { Assertion } from './assertion.js';
import type { ChannelDefinition } from './channel.js';
import type { FactType } from './facts.js';
import { runFailures } from './failures.js';
import type { IntegrationDefinition } from './integration.js';
import { jsonSchemaOf, type JsonSchema } from './marks.js';
import type { ProbeDefinition } from './probe.js';
import type { Side } from './verdict.js';

export interface FactDescriptor {
  name: string;
  type: FactType;
  label: string;
  description: string;
  unit: string | null;
  chart: 'line' | 'step' | null;
  transient: boolean;
  /** `name` is a prefix: `header` stands for `header.<anything>`. */
  family: boolean;
}

export interface CollectorDescriptor {
  name: string;
  title: string;
  description: string;
  /** null: it has no options. */
  configSchema: JsonSchema | null;
  facts: FactDescriptor[];
  defaultAssertions: Assertion[];
}

export interface ProbeDescriptor {
  kind: string;
  title: string;
  description: string;
  /** Of what a person enters: `secret: true`, `templatable: true` and the other marks stay on their fields. */
  configSchema: JsonSchema;
  collectors: CollectorDescriptor[];
  /** Of the probe, and of every run. */
  failures: { code: string; side: Side; title: string }[];
}

export function describeProbe(probe: ProbeDefinition): ProbeDescriptor {
  return {
    kind: probe.kind,
    title: probe.title,
    description: probe.description,
    configSchema: jsonSchemaOf(probe.config),
    collectors: Object.entries(probe.collectors).map(([name, collector]) => ({
      name,
      title: collector.title,
      description: collector.description ?? '',
      configSchema: collector.config ? jsonSchemaOf(collector.config) : null,
      facts: Object.entries(collector.facts).map(([name, fact]) => ({
        name,
        type: fact.type,
        label: fact.label,
        description: fact.description ?? '',
        unit: fact.unit ?? null,
        chart: fact.chart ?? null,
        transient: fact.transient ?? false,
        family: fact.family ?? false,
      })),
      defaultAssertions: collector.defaultAssertions ?? [],
    })),
    failures: Object.entries({ ...probe.failures, ...runFailures }).map(([code, { side, title }]) => ({
      code,
      side,
      title,
    })),
  };
}

export interface SenderDescriptor {
  kind: string;
  title: string;
  summary: string;
  /** Path data of strokes on a 16 × 16 grid. */
  icon: string;
  configSchema: JsonSchema;
  /** What a recipient, or a subscription, adds; null: nothing. */
  addressSchema: JsonSchema | null;
  idempotent: boolean;
  /** Whether a configuration can be tried without a message. */
  verifiable: boolean;
}

export function describeChannel(channel: ChannelDefinition): SenderDescriptor {
  return describeSender(channel, channel.address);
}

export function describeIntegration(integration: IntegrationDefinition): SenderDescriptor {
  return describeSender(integration, integration.options);
}

function describeSender(
  sender: ChannelDefinition | IntegrationDefinition,
  address: ChannelDefinition['address'],
): SenderDescriptor {
  const { kind, title, summary, icon, config, idempotent } = sender;
  return {
    kind,
    title,
    summary,
    icon,
    configSchema: jsonSchemaOf(config),
    addressSchema: address && jsonSchemaOf(address),
    idempotent,
    verifiable: 'verify' in sender,
  };
}
