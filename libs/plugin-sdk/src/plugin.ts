import type { ChannelDefinition } from './channel.js';
import type { IntegrationDefinition } from './integration.js';
import type { LoginDefinition } from './login.js';
import type { ProbeDefinition } from './probe.js';

/** A package's contribution. */
export interface PluginDefinition {
  id: string;
  title: string;
  probes?: ProbeDefinition[];
  channels?: ChannelDefinition[];
  integrations?: IntegrationDefinition[];
  logins?: LoginDefinition[];
}

export function definePlugin(plugin: PluginDefinition): PluginDefinition {
  return plugin;
}
