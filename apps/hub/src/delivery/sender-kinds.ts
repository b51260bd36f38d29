// The kinds of channel and integration that there are. A kind of channel is one of integration too.
import { integrationOf, type ChannelDefinition, type IntegrationDefinition } from '@checkstack/plugin-sdk';
import { describeChannel, describeIntegration, type SenderDescriptor } from '@checkstack/plugin-sdk/runtime';
import { channels, integrations } from '@checkstack/plugins';
import { invalidField } from '../problems.js';

const channelKinds = new Map(channels.map((channel) => [channel.kind, channel]));
const integrationKinds = new Map(
  [...channels.map(integrationOf), ...integrations].map((integration) => [integration.kind, integration]),
);

export const channelDescriptors: SenderDescriptor[] = byTitle([...channelKinds.values()].map(describeChannel));
export const integrationDescriptors: SenderDescriptor[] = byTitle(
  [...integrationKinds.values()].map(describeIntegration),
);

export function findChannelKind(kind: string): ChannelDefinition | undefined {
  return channelKinds.get(kind);
}

export function findIntegrationKind(kind: string): IntegrationDefinition | undefined {
  return integrationKinds.get(kind);
}

/** The kind that a request names. */
export function channelKindOf(kind: string): ChannelDefinition {
  return channelKinds.get(kind) ?? unknownKind('channel', [...channelKinds.keys()]);
}

/** The kind that a request names. */
export function integrationKindOf(kind: string): IntegrationDefinition {
  return integrationKinds.get(kind) ?? unknownKind('integration', [...integrationKinds.keys()]);
}

function unknownKind(what: string, kinds: string[]): never {
  throw invalidField('kind', `There is no such kind of ${what}; there are ${kinds.sort().join(', ')}.`);
}

function byTitle(descriptors: SenderDescriptor[]): SenderDescriptor[] {
  return descriptors.sort((one, other) => one.title.localeCompare(other.title));
}
