import type { LoginDefinition } from './login.js';
import type { ProbeDefinition } from './probe.js';

/** A package's contribution. */
export interface PluginDefinition {
  id: string;
  title: string;
  probes?: ProbeDefinition[];
  logins?: LoginDefinition[];
}

export function definePlugin(plugin: PluginDefinition): PluginDefinition {
  return plugin;
}
